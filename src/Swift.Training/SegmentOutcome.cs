using Swift.Contracts.Experiments;
using Swift.Data.Reports;

namespace Swift.Training;

/// <summary>What a segment of training left behind.</summary>
/// <param name="Step">Optimiser steps done, counted from the start of the stage.</param>
/// <param name="TotalSteps">Of the whole stage.</param>
/// <param name="CheckpointFolder">The output folder: a model folder with the sub-folder <c>training</c>.</param>
/// <param name="Data">What became of the data; told by the segment that starts the stage.</param>
/// <param name="SkippedSteps">Steps of this segment whose gradient was not finite and that changed no weight; counted from 1.</param>
/// <param name="Tokens">Positions trained on, padding not counted.</param>
public sealed record SegmentOutcome(
    int Step, int TotalSteps, bool Finished, string CheckpointFolder, IReadOnlyList<MetricPoint> Metrics,
    DataReport? Data, IReadOnlyList<int> SkippedSteps, long Tokens)
{
    /// <summary>Rows that the stage does not use.</summary>
    public IReadOnlyList<DroppedRows> Dropped => Data is null ? [] : [.. Data.Datasets.SelectMany(dataset => dataset.Dropped)];
}
