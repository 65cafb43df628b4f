using Swift.Api.Pipelines.Reading;
using Swift.Api.Registry.Gates;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Validation;

/// <summary>The register stage: names, gates that can be read, and an evaluation of the very model that is registered.</summary>
internal static class RegisterRules
{
    public static void Check(IReadOnlyList<StageSpec> stages, int index, Rules rules)
    {
        var register = stages[index].Register ?? new RegisterSpec();
        if (register.ModelName is { } name && !PipelineValidation.IsName(name)) rules.Error("model_name", PipelineValidation.NamePattern);
        if (!PipelineValidation.IsName(register.Alias)) rules.Error("alias", PipelineValidation.NamePattern);
        var unreadable = Enumerable.Range(0, register.Gates.Count).Where(i => !Gate.TryParse(register.Gates[i], out _)).ToList();
        foreach (var i in unreadable)
            rules.ItemError("gates", i, $"\"{SpecificationPath.Shorten(register.Gates[i])}\" cannot be read; write accuracy >= 0.8, or accuracy >= champion - 0.01 (>=, >, <=, <, ==).");

        var measured = Measured(stages, index);
        if (register.Evaluation is { } evaluation && !measured.Contains(evaluation))
            rules.Error("evaluation", $"\"{SpecificationPath.Shorten(evaluation)}\" is no eval stage between the last training and this stage{(measured.Count == 0 ? "; put one there" : $"; write {string.Join(" or ", measured)}")}.");
        else if (register.Evaluation is null && register.Gates.Count > 0 && unreadable.Count == 0 && measured.Count == 0)
            rules.Error("gates", "Need scores of the model that is registered: put an eval stage between the last training and this stage.");
    }

    /// <summary>The eval stage whose scores count by default: the nearest in front of the stage; null when none measures its model.</summary>
    public static string? Evaluation(IReadOnlyList<StageSpec> stages, int index) => Measured(stages, index).LastOrDefault();

    /// <summary>Names of the eval stages that measure the model which the stage finds.</summary>
    private static List<string> Measured(IReadOnlyList<StageSpec> stages, int index)
    {
        var names = PipelineResolver.StageNames(stages);
        var trained = stages.Take(index).ToList().FindLastIndex(stage => stage.Kind is StageKind.Sft or StageKind.Grpo);
        return [.. Enumerable.Range(trained + 1, index - trained - 1).Where(i => stages[i].Kind == StageKind.Eval).Select(i => names[i])];
    }
}
