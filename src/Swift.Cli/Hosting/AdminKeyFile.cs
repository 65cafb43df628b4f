using System.Buffers.Text;
using System.Security.Cryptography;

namespace Swift.Cli.Hosting;

/// <summary>The first admin key of a data folder: whoever may read the file, may do everything. Delete it and restart for a new one.</summary>
internal static class AdminKeyFile
{
    private const string Name = "admin.key";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, Name);

    /// <summary>The key; null where the folder has none or this user may not read it.</summary>
    public static string? Find(string dataFolder)
    {
        try
        {
            return File.ReadAllText(PathIn(dataFolder)).Trim() is { Length: > 0 } key ? key : null;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The key; made if there is none. The file is for its owner's eyes only, whatever it was before.</summary>
    public static string ReadOrCreate(string dataFolder)
    {
        Directory.CreateDirectory(dataFolder);
        var path = PathIn(dataFolder);
        if (!File.Exists(path))
        {
            // Written aside and renamed: a key cut short by a crash would lock everybody out.
            var unfinished = $"{path}.{Guid.NewGuid():N}";
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using (FileStream file = new(unfinished, options))
            using (StreamWriter writer = new(file))
            {
                writer.WriteLine("swift_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
                writer.Flush();
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: false);
        }
        else if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
        return File.ReadAllText(path).Trim();
    }
}
