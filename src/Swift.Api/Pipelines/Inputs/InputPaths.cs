using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>Makes the paths of a specification absolute, so that it means the same wherever it is read.</summary>
internal sealed class InputPaths(string? baseDirectory, SpecificationErrors errors)
{
    /// <param name="baseDirectory">What relative paths are relative to: the folder of the YAML file; null = they are refused.</param>
    public static PipelineSpec MakeAbsolute(PipelineSpec pipeline, string? baseDirectory, SpecificationErrors errors)
    {
        if (baseDirectory is not null && (baseDirectory.Contains('\0') || !Path.IsPathFullyQualified(baseDirectory)))
        {
            errors.Add("base_directory", $"\"{SpecificationPath.Shorten(baseDirectory)}\" is not an absolute path; write the whole path.");
            return pipeline;
        }
        return new InputPaths(baseDirectory, errors).Pipeline(pipeline);
    }

    private PipelineSpec Pipeline(PipelineSpec pipeline) => pipeline with
    {
        Model = pipeline.Model with
        {
            Path = Absolute(pipeline.Model.Path, "model.path"),
            Tokenizer = Absolute(pipeline.Model.Tokenizer, "model.tokenizer"),
        },
        Stages = [.. pipeline.Stages.Select((stage, i) => stage.Data is { } data
            ? stage with { Data = data with { Dataset = [.. data.Dataset.Select((path, j) => Absolute(path, $"stages[{i}].data.dataset[{j}]")!)] } }
            : stage)],
    };

    private string? Absolute(string? path, string field)
    {
        if (path is null || errors.Knows(field)) return path;
        if (string.IsNullOrWhiteSpace(path))
        {
            errors.Add(field, "Is empty; write a path.");
            return path;
        }
        // GetFullPath also takes the dots out: one file, one name.
        if (Path.IsPathFullyQualified(path)) return Path.GetFullPath(path);
        if (path.StartsWith('~'))
            errors.Add(field, $"\"{SpecificationPath.Shorten(path)}\": ~ is a shell's word for a home folder; write the whole path.");
        else if (baseDirectory is null)
            errors.Add(field, $"\"{SpecificationPath.Shorten(path)}\" is a relative path, and nothing says relative to what; write the whole path, or send base_directory.");
        else return Path.GetFullPath(path, baseDirectory);
        return path;
    }
}
