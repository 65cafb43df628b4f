namespace Swift.Training.Checkpoints;

/// <summary>What a checkpoint knows beside weights and moments: <c>training/state.json</c>. The position in the data follows from the step and the seed.</summary>
/// <param name="Step">Optimiser steps done, counted from the start of the stage.</param>
/// <param name="Updates">Of them, those that changed the weights: Adam's bias correction counts these.</param>
/// <param name="SkippedInARow">Steps without a finite gradient since the last update.</param>
/// <param name="LossSum">Losses summed up since a metric was last written, so that the mean does not depend on where a segment ends.</param>
/// <param name="LossSteps">Steps in that sum.</param>
/// <param name="Seed">Seed of the stage.</param>
public sealed record TrainingState(int Step, int Updates, int SkippedInARow, double LossSum, int LossSteps, long Seed);
