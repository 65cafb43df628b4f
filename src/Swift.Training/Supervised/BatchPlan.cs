using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Packing;
using Swift.Data.Randomness;

namespace Swift.Training.Supervised;

/// <summary>
/// Which samples every optimiser step sees, as a function of the step: nothing about the position in the data has to be remembered.
/// A row is one sample, or the samples packed together; an epoch goes through every row once, in an order of its own.
/// </summary>
public sealed class BatchPlan
{
    private const int LeastRowsOfAStep = 16;

    private readonly IReadOnlyList<IReadOnlyList<int>> _rows;
    private readonly int _batchSize;
    private readonly int _rowsPerStep;
    private readonly int _stepsPerEpoch;
    private readonly long? _shuffleSeed;
    private (int Epoch, int[] Order) _epoch;

    /// <param name="lengths">Positions of every sample.</param>
    /// <param name="maxLength">Positions of a packed row.</param>
    /// <exception cref="SwiftException">Bad input <c>packing_strategy_unknown</c>, <c>train_settings_invalid</c>.</exception>
    public BatchPlan(IReadOnlyList<int> lengths, int maxLength, DataSpec data, TrainSpec train, long seed)
    {
        if (train.PerDeviceTrainBatchSize < 1 || train.GradientAccumulationSteps < 1)
            throw SwiftException.BadInput("train_settings_invalid", "per_device_train_batch_size and gradient_accumulation_steps must be 1 or more.");
        _rows = !data.Packing ? lengths.Select((_, sample) => new[] { sample }).ToArray() : data.PackingStrategy switch
        {
            "binpack" => SamplePacking.BestFitDecreasing(lengths, maxLength),
            "sequential" => SamplePacking.NextFit(lengths, maxLength),
            var other => throw SwiftException.BadInput("packing_strategy_unknown", $"packing_strategy: '{other}' is unknown. Known: binpack, sequential."),
        };
        _batchSize = train.PerDeviceTrainBatchSize;
        var accumulation = train.GradientAccumulationSteps ?? (LeastRowsOfAStep + _batchSize - 1) / _batchSize;
        _rowsPerStep = _batchSize * accumulation;
        _stepsPerEpoch = (_rows.Count + _rowsPerStep - 1) / _rowsPerStep;
        _shuffleSeed = data.DatasetShuffle ? data.DataSeed ?? seed : null;
        _epoch = (-1, []);
        TotalSteps = train.MaxSteps > 0 ? train.MaxSteps : Math.Max(1, (int)Math.Ceiling(train.NumTrainEpochs * _stepsPerEpoch));
    }

    /// <summary>Optimiser steps of the whole stage.</summary>
    public int TotalSteps { get; }

    /// <summary>The micro-batches of a step, each a list of rows, each a list of samples. The last step of an epoch may be smaller.</summary>
    /// <param name="step">0-based.</param>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> Step(int step)
    {
        var order = EpochOrder(step / _stepsPerEpoch);
        return order.Skip(step % _stepsPerEpoch * _rowsPerStep).Take(_rowsPerStep)
            .Chunk(_batchSize).Select(batch => batch.Select(row => _rows[row]).ToArray()).ToArray();
    }

    private int[] EpochOrder(int epoch)
    {
        if (_epoch.Epoch != epoch)
        {
            _epoch = (epoch, _shuffleSeed is { } seed
                ? new RandomStream(seed, "epoch", epoch).Permutation(_rows.Count)
                : Enumerable.Range(0, _rows.Count).ToArray());
        }

        return _epoch.Order;
    }
}
