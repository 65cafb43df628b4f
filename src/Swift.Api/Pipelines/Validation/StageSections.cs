using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Validation;

/// <summary>Which sections a stage of a kind reads. A new kind is a new line here.</summary>
internal static class StageSections
{
    /// <summary>Every section of a stage, by its field's name.</summary>
    public static IReadOnlyList<(string Name, Func<StageSpec, object?> Of)> All { get; } =
    [
        ("data", stage => stage.Data),
        ("train", stage => stage.Train),
        ("generation", stage => stage.Generation),
        ("grpo", stage => stage.Grpo),
        ("eval", stage => stage.Eval),
        ("export", stage => stage.Export),
        ("deploy", stage => stage.Deploy),
        ("register", stage => stage.Register),
    ];

    public static IReadOnlyList<string> UsedBy(StageKind kind) => kind switch
    {
        StageKind.Prepare => [],
        StageKind.Sft => ["data", "train"],
        StageKind.Grpo => ["data", "train", "generation", "grpo"],
        StageKind.Eval => ["data", "generation", "eval"],
        StageKind.Export => ["export"],
        StageKind.Deploy => ["deploy"],
        StageKind.Register => ["register"],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No sections are known for this kind of stage."),
    };
}
