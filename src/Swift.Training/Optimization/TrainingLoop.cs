using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Models;
using Swift.Training.Checkpoints;

namespace Swift.Training.Optimization;

/// <summary>A model with its optimiser at some step of a stage: what both trainers drive, and what a checkpoint holds.</summary>
internal sealed class TrainingLoop : IDisposable
{
    /// <summary>So many steps without a finite gradient one after the other mean that the training has broken down.</summary>
    private const int MostSkippedInARow = 5;

    private readonly AdamW _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly List<int> _skipped = [];
    private TrainingState _state;

    /// <param name="checkpointFolder">Folder that <paramref name="model"/> was loaded from when training goes on; null = a fresh start.</param>
    public TrainingLoop(CausalLanguageModel model, string? checkpointFolder, int fromStep, int totalSteps, TrainSpec train, long seed)
    {
        Model = model;
        _schedule = new LearningRateSchedule(train, totalSteps);
        _optimizer = new AdamW(model.Decoder.Parameters, train);
        try
        {
            _state = checkpointFolder is null
                ? new TrainingState(fromStep, 0, 0, 0, 0, seed)
                : TrainingCheckpoint.Restore(checkpointFolder, _optimizer, fromStep);
        }
        catch
        {
            _optimizer.Dispose();
            throw;
        }
    }

    public CausalLanguageModel Model { get; }

    /// <summary>Optimiser steps done.</summary>
    public int Step => _state.Step;

    /// <summary>Learning rate of the next step.</summary>
    public double LearningRate => _schedule.At(_state.Step);

    /// <summary>Steps of this segment that changed nothing, counted from 1.</summary>
    public IReadOnlyList<int> Skipped => _skipped;

    /// <summary>Applies the gradients that were collected and counts the step.</summary>
    /// <exception cref="SwiftException"><see cref="FailureKind.NotFinite"/> <c>gradient_not_finite</c>: several steps in a row.</exception>
    public OptimizerStep Update(double loss)
    {
        var step = _optimizer.Step(LearningRate);
        if (!step.Applied)
            _skipped.Add(_state.Step + 1);
        _state = _state with
        {
            Step = _state.Step + 1,
            Updates = _optimizer.Updates,
            SkippedInARow = step.Applied ? 0 : _state.SkippedInARow + 1,
            LossSum = _state.LossSum + loss,
            LossSteps = _state.LossSteps + 1,
        };
        if (_state.SkippedInARow >= MostSkippedInARow)
        {
            throw new SwiftException(new FailureReason(FailureKind.NotFinite, "gradient_not_finite",
                $"The gradient was not finite in {MostSkippedInARow} steps in a row, the last of them step {_state.Step}. Lower learning_rate, or look at the data."));
        }

        return step;
    }

    /// <summary>Mean loss of the steps since the last call.</summary>
    public double TakeMeanLoss()
    {
        var mean = _state.LossSum / Math.Max(1, _state.LossSteps);
        _state = _state with { LossSum = 0, LossSteps = 0 };
        return mean;
    }

    /// <summary>Writes everything that going on from here needs.</summary>
    public void Save(string folder) => TrainingCheckpoint.Save(folder, Model, _optimizer, _state);

    public void Dispose() => _optimizer.Dispose();
}
