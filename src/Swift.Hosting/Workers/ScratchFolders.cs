using Microsoft.Extensions.Logging;

namespace Swift.Hosting.Workers;

/// <summary>Folders for the files of segments under way: each gone with its segment, and those of dead processes at the next start.</summary>
public sealed class ScratchFolders : IDisposable
{
    private const string LockFile = "lock";
    private readonly string _folder;
    private readonly FileStream _lock;
    private int _taken;

    public ScratchFolders(WorkerSettings settings, ILogger<ScratchFolders> log)
    {
        var root = Directory.CreateDirectory(settings.ScratchFolder).FullName;
        foreach (var other in Directory.EnumerateDirectories(root)) DeleteIfAbandoned(other, log);
        _folder = Directory.CreateDirectory(Path.Combine(root, $"{Environment.ProcessId}-{Guid.NewGuid():N}")).FullName;
        _lock = Lock(_folder);
    }

    /// <summary>A new, empty folder; disposing it deletes it.</summary>
    public ScratchFolder Take() => new(Directory.CreateDirectory(Path.Combine(_folder, $"{Interlocked.Increment(ref _taken)}")).FullName);

    public void Dispose()
    {
        _lock.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A living process holds the lock in its folder; the kernel takes it from a dead one.</summary>
    private static void DeleteIfAbandoned(string folder, ILogger log)
    {
        try
        {
            Lock(folder).Dispose();
            Directory.Delete(folder, recursive: true);
            log.LogInformation("Deleted {Folder}, which a dead process left behind.", folder);
        }
        catch (IOException)
        {
            // its owner lives, or another process that starts just now deletes it
        }
    }

    private static FileStream Lock(string folder) =>
        new(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}

/// <summary>One folder of <see cref="ScratchFolders"/>.</summary>
public sealed class ScratchFolder(string path) : IDisposable
{
    /// <summary>A path below the folder.</summary>
    public string this[string name] => Path.Combine(path, name);

    public void Dispose() => Directory.Delete(path, recursive: true);
}
