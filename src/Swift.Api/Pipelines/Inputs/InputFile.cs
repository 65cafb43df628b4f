namespace Swift.Api.Pipelines.Inputs;

/// <summary>Looks at a path before anything reads from it.</summary>
internal static class InputFile
{
    /// <summary>Why a file cannot be read; null when it can. Never opens what is not a file with content: a pipe would block, a device never end.</summary>
    public static string? Problem(string path) => Directory.Exists(path) ? $"{path} is a folder; name a file." : FileProblem(path);

    /// <summary>The same for what may be a folder of files too: the first problem of any of them.</summary>
    /// <param name="counts">Which files of the folder are read, by their path in it.</param>
    public static string? FolderOrFileProblem(string path, Func<string, bool> counts)
    {
        if (!Directory.Exists(path)) return FileProblem(path);
        try
        {
            return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => counts(Path.GetRelativePath(path, file).Replace('\\', '/'))).Order(StringComparer.Ordinal)
                .Select(FileProblem).FirstOrDefault(problem => problem is not null);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {denied.Message}";
        }
    }

    private static string? FileProblem(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return $"There is no file {path}, seen from the machine of the API.";
        try
        {
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!target.Exists) return $"{path} is a link to a file that is not there.";
            if (target.Length == 0) return $"{path} is empty.";
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            stream.ReadByte();
            return null;
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {denied.Message}";
        }
    }
}
