using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>
/// Data sets that name a pattern (<c>*</c>, <c>?</c> in names, <c>**</c> for any folders): they mean the files that are there at this
/// moment, in the order of their paths.
/// </summary>
internal static class DatasetPatterns
{
    private const int MostFiles = 10_000;

    /// <summary>Some data set of the stage is a folder or a pattern: what it holds is not known before the pipeline runs.</summary>
    public static bool Varies(StageSpec stage) =>
        stage.Data is { } data && data.Dataset.Select(written => DatasetName.Parse(written).Path).Any(path => Directory.Exists(path) || IsPattern(path));

    public static PipelineSpec Expand(PipelineSpec pipeline, SpecificationErrors errors) => pipeline with
    {
        Stages = [.. pipeline.Stages.Select((stage, i) => stage.Data is { } data && data.Dataset.Any(written => IsPattern(DatasetName.Parse(written).Path))
            ? stage with { Data = data with { Dataset = [.. data.Dataset.SelectMany((written, j) => Files(written, $"stages[{i}].data.dataset[{j}]", errors)).Distinct()] } }
            : stage)],
    };

    /// <summary>A file or a folder that really has such a name is itself.</summary>
    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?') >= 0 && !File.Exists(path) && !Directory.Exists(path);

    private static IEnumerable<string> Files(string written, string field, SpecificationErrors errors)
    {
        var (path, rows) = DatasetName.Parse(written);
        // A path that is not absolute, or not where the API may read, was refused before.
        if (!IsPattern(path) || !Path.IsPathFullyQualified(path) || errors.Knows(field)) return [written];
        if (rows is not null)
        {
            errors.Add(field, $"\"{SpecificationPath.Shorten(written)}\": #{rows} counts the rows of one file or folder; it does not go with a pattern.");
            return [written];
        }
        List<string> files;
        try
        {
            files = Matches(path);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            errors.Add(field, $"{path} means files in a folder that cannot be listed: {denied.Message.TrimEnd('.')}. Let the API read it, or write a pattern that does not lead there.");
            return [written];
        }
        if (files.Count is > 0 and <= MostFiles) return files;
        errors.Add(field, files.Count == 0
            ? $"There is no file {path}, seen from the machine of the API."
            : $"{path} means {files.Count} files; the most is {MostFiles}.");
        return [written];
    }

    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    private static List<string> Matches(string path)
    {
        var root = path[..(path.LastIndexOf('/', path.AsSpan().IndexOfAny('*', '?')) + 1)];
        if (!Directory.Exists(root)) return [];
        return [.. FilePattern.Files(root, path[root.Length..]).Where(HasContent)];
    }

    /// <summary>Empty files are passed over: somebody may be about to write them. So are those that were removed since.</summary>
    private static bool HasContent(string file)
    {
        try
        {
            return new FileInfo(file).Length > 0;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }
}
