using System.Diagnostics;
using Swift.Contracts.Experiments;
using Swift.Data.Encodings;
using Swift.Models;
using Swift.Models.Native;
using Swift.Training.Optimization;
using static TorchSharp.torch;

namespace Swift.Training.Supervised;

/// <summary>Supervised fine-tuning of all parameters, in segments.</summary>
public static class SupervisedFineTuning
{
    /// <summary>
    /// Goes on from <see cref="SupervisedSegment.FromStep"/> for at most segment_steps steps or segment_seconds seconds and writes a checkpoint.
    /// The weights after a step are the same to the last bit however the steps before it were cut into segments and processes.
    /// </summary>
    /// <exception cref="SwiftException">Bad input of the reader, the encoder, the plan or the checkpoint; <see cref="FailureKind.NotFinite"/>.</exception>
    public static SegmentOutcome RunSegment(SupervisedSegment segment, IProgress<WorkProgress>? progress, CancellationToken ct)
    {
        TorchLibrary.Load();
        var clock = Stopwatch.StartNew();
        using var model = CausalLanguageModel.Load(segment.CheckpointFolder ?? segment.ModelFolder, new Device(segment.Device));
        var maxLength = segment.Data.MaxLength ?? model.Decoder.Config.MaxPositionEmbeddings;
        using var samples = new SegmentSamples(segment, model, maxLength, ct);
        var plan = new BatchPlan(samples.Lengths, maxLength, segment.Data, segment.Train, segment.Seed);
        using var loop = new TrainingLoop(model, segment.CheckpointFolder, segment.FromStep, plan.TotalSteps, segment.Train, segment.Seed);

        var metrics = new List<MetricPoint>();
        var trainingClock = Stopwatch.StartNew();
        long tokens = 0;
        var end = Math.Min(plan.TotalSteps, segment.FromStep + segment.Train.SegmentSteps);
        while (loop.Step < end && (loop.Step == segment.FromStep || clock.Elapsed.TotalSeconds < segment.Train.SegmentSeconds))
        {
            ct.ThrowIfCancellationRequested();
            var learningRate = loop.LearningRate;
            var (loss, routerLoss, stepTokens) = SupervisedStep.Backward(
                model.Decoder, Select(plan.Step(loop.Step), samples), segment.Train.RouterAuxLossCoef);
            var update = loop.Update(loss);
            tokens += stepTokens;
            if (loop.Step % segment.Train.LoggingSteps == 0 || loop.Step == 1 || loop.Step == plan.TotalSteps)
            {
                metrics.Add(new MetricPoint("loss", loop.Step, loop.TakeMeanLoss()));
                metrics.Add(new MetricPoint("grad_norm", loop.Step, update.GradientNorm));
                metrics.Add(new MetricPoint("learning_rate", loop.Step, learningRate));
                if (routerLoss is { } balance)
                    metrics.Add(new MetricPoint("router_aux_loss", loop.Step, balance));
            }

            progress?.Report(new WorkProgress(loop.Step, plan.TotalSteps, tokens / trainingClock.Elapsed.TotalSeconds, "tokens/s",
                new Dictionary<string, double> { ["loss"] = loss, ["learning_rate"] = learningRate, ["grad_norm"] = update.GradientNorm }));
        }

        if (loop.Step >= plan.TotalSteps && SupervisedStep.Loss(model.Decoder, samples.HeldOut, segment.Train.PerDeviceTrainBatchSize, ct) is { } heldOut)
            metrics.Add(new MetricPoint("eval_loss", loop.Step, heldOut));
        loop.Save(segment.OutputFolder);
        return new SegmentOutcome(loop.Step, plan.TotalSteps, loop.Step >= plan.TotalSteps, segment.OutputFolder, metrics,
            segment.FromStep == 0 ? samples.Report : null, loop.Skipped, tokens);
    }

    private static IReadOnlyList<IReadOnlyList<IReadOnlyList<EncodedSample>>> Select(
        IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> microBatches, SegmentSamples samples) =>
        microBatches.Select(rows => rows.Select(row => row.Select(index => samples[index]).ToArray()).ToArray()).ToArray();
}
