using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Training.Supervised;

/// <summary>What one segment of supervised fine-tuning is asked to do. The result depends on nothing else.</summary>
public sealed record SupervisedSegment
{
    /// <summary>The model that the stage starts from.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>The checkpoint to go on from; null at the start of the stage.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Optimiser steps already done.</summary>
    public required int FromStep { get; init; }

    public required IReadOnlyList<DatasetFile> Datasets { get; init; }

    public required DataSpec Data { get; init; }

    /// <summary>Encoded data sets by <see cref="EncodingKey"/>: what is there is used, what is not is made and stays. Null: encoded for this segment alone.</summary>
    public string? EncodingFolder { get; init; }

    public required TrainSpec Train { get; init; }

    public required long Seed { get; init; }

    /// <summary>The checkpoint is written here; an empty folder or one that does not exist yet.</summary>
    public required string OutputFolder { get; init; }

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";
}
