using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>
/// Refuses what lies outside of <see cref="InputFolders"/>, before anything looks at it: links are followed first, and whether there
/// is something at a refused place is not told.
/// </summary>
internal sealed class InputAccess(InputFolders folders, SpecificationErrors errors)
{
    private readonly string[]? _allowed = folders.Allowed?.Select(RealPath.Of).ToArray();
    private readonly string[] _never = [.. folders.Never.Select(RealPath.Of)];

    internal void Check(PipelineSpec pipeline)
    {
        if (_allowed is null && _never.Length == 0) return;
        Check(pipeline.Model.Path, "model.path");
        Check(pipeline.Model.Tokenizer, "model.tokenizer");
        for (var i = 0; i < pipeline.Stages.Count; i++)
            for (var j = 0; j < (pipeline.Stages[i].Data?.Dataset.Count ?? 0); j++)
                Check(DatasetName.Parse(pipeline.Stages[i].Data!.Dataset[j]).Path, $"stages[{i}].data.dataset[{j}]");
    }

    private void Check(string? path, string field)
    {
        if (path is null || errors.Knows(field)) return;
        // A path that is still relative would be read from wherever the API was started; it was refused already, unless nobody looked.
        var absolute = Path.IsPathFullyQualified(path);
        if (!absolute && errors.Any) return;
        try
        {
            if (absolute && IsOpen(path) && LinksBelow(path).All(IsOpen)) return;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Links in a circle, or a folder that cannot be listed: nothing that may be read.
        }
        errors.Add(field, $"\"{SpecificationPath.Shorten(path)}\" is not where this API may read"
            + (_allowed is { Length: > 0 } ? $": put it into {string.Join(" or ", folders.Allowed!)}" : "")
            + (_allowed is null ? "." : "; whoever runs the API says from where with --data_roots."));
    }

    private bool IsOpen(string path)
    {
        var real = RealPath.Of(path);
        return _never.All(closed => !IsIn(real, closed) && !IsIn(closed, real)) && (_allowed is null || _allowed.Any(open => IsIn(real, open)));
    }

    /// <summary>What lies in a folder leaves it through links only.</summary>
    private static IEnumerable<string> LinksBelow(string path) => !Directory.Exists(path) ? [] : new DirectoryInfo(path)
        .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false })
        .Where(entry => entry.LinkTarget is not null).Select(entry => entry.FullName);

    private static bool IsIn(string path, string folder) =>
        path == folder || path.StartsWith(folder.EndsWith('/') ? folder : folder + '/', StringComparison.Ordinal);
}
