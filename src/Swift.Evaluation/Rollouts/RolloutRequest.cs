using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Reports;

namespace Swift.Evaluation.Rollouts;

/// <summary>One shard of the completions of one iteration. The result depends on nothing else.</summary>
public sealed record RolloutRequest
{
    /// <summary>The policy that completes the prompts.</summary>
    public required string PolicyFolder { get; init; }

    /// <summary>Version of its weights; written on every completion.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>0-based; decides which prompts are drawn.</summary>
    public required int Iteration { get; init; }

    /// <summary>0-based, below <see cref="Shards"/>.</summary>
    public required int Shard { get; init; }

    public required int Shards { get; init; }

    public required IReadOnlyList<DatasetFile> Datasets { get; init; }

    public required DataSpec Data { get; init; }

    public required GenerationSpec Generation { get; init; }

    public required GrpoSpec Grpo { get; init; }

    public required long Seed { get; init; }

    /// <summary>The rollout file to write.</summary>
    public required string OutputFile { get; init; }

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";
}

/// <summary>A finished shard.</summary>
/// <param name="OutputFile">The rollout file, see <see cref="Training.Rollouts.RolloutFile"/>.</param>
/// <param name="Data">What becomes of the stage's data; told by the first shard of the first iteration, since it is the same for all.</param>
/// <param name="Tokens">Sampled.</param>
public sealed record RolloutOutcome(string OutputFile, IReadOnlyList<MetricPoint> Metrics, DataReport? Data, long Tokens)
{
    /// <summary>Rows that the stage does not use.</summary>
    public IReadOnlyList<DroppedRows> Dropped => Data is null ? [] : [.. Data.Datasets.SelectMany(dataset => dataset.Dropped)];
}
