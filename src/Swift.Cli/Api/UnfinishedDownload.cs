namespace Swift.Cli.Api;

/// <summary>A file or folder that is being fetched, beside the name that it gets when it is whole. What never is, goes.</summary>
internal sealed class UnfinishedDownload(string target) : IDisposable
{
    public string Path { get; } = $"{target}.{Guid.NewGuid():N}.part";

    /// <exception cref="IOException">Somebody else took the name meanwhile.</exception>
    public void Finish()
    {
        if (Directory.Exists(Path)) Directory.Move(Path, target);
        else File.Move(Path, target);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        else File.Delete(Path);
    }
}
