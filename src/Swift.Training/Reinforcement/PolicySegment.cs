using Swift.Contracts.Pipelines;

namespace Swift.Training.Reinforcement;

/// <summary>What one policy update is asked to do. The result depends on nothing else.</summary>
public sealed record PolicySegment
{
    /// <summary>The model that the stage starts from.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>The checkpoint of the iteration before; null in the first.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>The frozen reference policy of the KL term; needed when beta is not 0.</summary>
    public string? ReferenceFolder { get; init; }

    /// <summary>Optimiser steps already done in this stage.</summary>
    public required int FromStep { get; init; }

    /// <summary>Optimiser steps of the whole stage, for the learning-rate schedule.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>Version of the weights before the update.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>0-based.</summary>
    public required int Iteration { get; init; }

    /// <summary>Files of all shards of the iteration.</summary>
    public required IReadOnlyList<string> RolloutFiles { get; init; }

    public required TrainSpec Train { get; init; }

    public required GrpoSpec Grpo { get; init; }

    /// <summary>How the completions were sampled: temperature and longest completion matter here.</summary>
    public required GenerationSpec Generation { get; init; }

    public required long Seed { get; init; }

    /// <summary>The checkpoint is written here; an empty folder or one that does not exist yet.</summary>
    public required string OutputFolder { get; init; }

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";
}
