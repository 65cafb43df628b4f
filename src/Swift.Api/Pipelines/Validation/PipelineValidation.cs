using System.Text.RegularExpressions;
using Swift.Api.Pipelines.Reading;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Validation;

/// <summary>What must hold beyond the types: ranges, words, and what settings demand of each other. Looks at no file.</summary>
internal static partial class PipelineValidation
{
    public const int MostStages = 50;

    public static void Check(PipelineSpec pipeline, SpecificationErrors errors)
    {
        var rules = new Rules(SpecificationErrors.Root, errors);
        if (!IsName(pipeline.Name)) rules.Error("name", NamePattern);
        rules.AtLeast(pipeline.Seed, 0);
        if (pipeline.Description is { Length: > 10_000 }) rules.Error("description", "Is longer than 10000 characters.");

        ModelRules.Check(pipeline.Model, errors);

        if (pipeline.Stages.Count == 0) rules.Error("stages", "Is empty; write at least one stage.");
        if (pipeline.Stages.Count > MostStages) rules.Error("stages", $"Has {pipeline.Stages.Count} stages; at most {MostStages} are allowed.");
        for (var i = 0; i < pipeline.Stages.Count; i++)
        {
            var path = StagePath(i);
            StageName(pipeline.Stages, i, path, errors);
            StageRules.Check(pipeline.Stages[i], path, errors);
            if (pipeline.Stages[i].Kind == StageKind.Register) RegisterRules.Check(pipeline.Stages, i, new Rules(SpecificationPath.Field(path, "register"), errors));
        }
    }

    public static string StagePath(int index) => SpecificationPath.Item("stages", index);

    private static void StageName(IReadOnlyList<StageSpec> stages, int index, string path, SpecificationErrors errors)
    {
        if (stages[index].Name is not { } name) return;
        var at = SpecificationPath.Field(path, "name");
        if (!IsName(name)) errors.Add(at, NamePattern);
        else if (name == PipelineResolver.PrepareStageName) errors.Add(at, "Is the name of the stage that Swift puts in front itself; choose another.");
        else if (stages.Take(index).Any(earlier => earlier.Name == name)) errors.Add(at, $"\"{name}\" is the name of an earlier stage too; names must be unique.");
    }

    public const string NamePattern =
        "Must be 1 to 100 lower-case letters, digits, '-', '_' or '.', and begin with a letter or a digit.";

    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex Name();
}
