namespace Swift.Api.Pipelines.Inputs;

/// <summary>Looks at a path before anything reads from it.</summary>
internal static class InputFile
{
    /// <summary>Why a file cannot be read; null when it can. Never opens what is not a file with content: a pipe would block, a device never end.</summary>
    public static string? Problem(string path)
    {
        if (Directory.Exists(path)) return $"{path} is a folder; name a file.";
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
