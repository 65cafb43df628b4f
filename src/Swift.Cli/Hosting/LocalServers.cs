using System.Globalization;

namespace Swift.Cli.Hosting;

/// <summary>Which data folder the server on a port of this machine has, so that this user's command line finds its key. Only the folder is written down here, no key.</summary>
internal static class LocalServers
{
    private static string Folder => Path.Combine(DataFolder.Resolve(null), "servers");

    /// <summary>Says that the server on <paramref name="port"/> has <paramref name="dataFolder"/>, until disposed of.</summary>
    public static IDisposable Announce(int port, string dataFolder)
    {
        var note = NoteOf(port);
        try
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(note, dataFolder);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // A server without a home: its users name their key.
        }
        return new Announcement(note);
    }

    /// <summary>The data folder of the server on <paramref name="port"/>; the default one where no server said anything.</summary>
    public static string DataFolderOf(int port)
    {
        try
        {
            return File.ReadAllText(NoteOf(port));
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return DataFolder.Resolve(null);
        }
    }

    private static string NoteOf(int port) => Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture));

    private sealed class Announcement(string note) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                File.Delete(note);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Then it names a server that is away; the next one on the port writes over it.
            }
        }
    }
}
