using Swift.Cli.Terminal;

namespace Swift.Cli.Hosting;

/// <summary>Keeps a second Swift off a data folder. The kernel lets go of it when the process ends, however it ends.</summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="UsageException">Another process has the folder.</exception>
    public static DataFolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "lock");
        try
        {
            return new DataFolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new UsageException($"another Swift runs on {folder}. Stop it, or give this one a folder of its own with --data.");
        }
    }

    public void Dispose() => _file.Dispose();
}
