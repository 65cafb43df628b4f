using System.Diagnostics;
using Swift.Contracts.Experiments;
using Swift.Data.Randomness;
using Swift.Models;
using Swift.Models.Native;
using Swift.Training.Optimization;
using static TorchSharp.torch;

namespace Swift.Training.Reinforcement;

/// <summary>The training half of a GRPO iteration.</summary>
public static class PolicyUpdate
{
    /// <summary>
    /// Takes steps_per_generation × num_iterations optimiser steps over the completions of one iteration and writes a checkpoint.
    /// Ratios are taken to the policy at the start of the iteration, measured by the trainer itself; with a single step they are 1 and
    /// nothing is measured. Completions of an older policy (async_generate) are compared with the log-probabilities they were sampled with.
    /// </summary>
    /// <exception cref="SwiftException">Bad input of the rollouts, the options or the checkpoint; <see cref="FailureKind.NotFinite"/>.</exception>
    public static SegmentOutcome RunSegment(PolicySegment segment, IProgress<WorkProgress>? progress, CancellationToken ct)
    {
        TorchLibrary.Load();
        var clock = Stopwatch.StartNew();
        var options = PolicyLossOptions.From(segment.Grpo);
        var batch = RolloutBatch.Read(segment.RolloutFiles, segment.Grpo, segment.Iteration);
        var device = new Device(segment.Device);
        using var model = CausalLanguageModel.Load(segment.CheckpointFolder ?? segment.ModelFolder, device);
        using var loop = new TrainingLoop(model, segment.CheckpointFolder, segment.FromStep, segment.TotalSteps, segment.Train, segment.Seed);

        var metrics = PolicyMetrics.OfRollouts(batch, segment.Grpo, segment.PolicyVersion);
        var statistics = new PolicyStepStatistics();
        var preparation = new PolicySamplePreparation(segment, options, model.Decoder);
        var samples = preparation.Run(batch, statistics.RolloutDifference, ct);
        options = preparation.LossOptions;
        var steps = segment.Grpo.StepsPerGeneration * segment.Grpo.NumIterations;
        for (var step = 0; step < steps; step++)
        {
            ct.ThrowIfCancellationRequested();
            var part = Part(samples, segment, step);
            var lossBefore = statistics.Loss;
            PolicyStep.Backward(model.Decoder, MicroBatches(part, segment), options, Totals(part, samples, segment), preparation.Temperature, statistics,
                segment.Train.RouterAuxLossCoef);
            metrics["learning_rate"] = loop.LearningRate;
            metrics["grad_norm"] = loop.Update(statistics.Loss - lossBefore).GradientNorm;
            progress?.Report(new WorkProgress(loop.Step, segment.TotalSteps, statistics.Positions / clock.Elapsed.TotalSeconds, "tokens/s",
                new Dictionary<string, double> { ["reward"] = metrics["reward"], ["loss"] = statistics.Loss - lossBefore, ["grad_norm"] = metrics["grad_norm"] }));
        }

        loop.TakeMeanLoss();
        PolicyMetrics.AddSteps(metrics, statistics, steps, options.Beta);
        loop.Save(segment.OutputFolder);
        return new SegmentOutcome(loop.Step, segment.TotalSteps, loop.Step >= segment.TotalSteps, segment.OutputFolder,
            PolicyMetrics.ToPoints(metrics, loop.Step), null, loop.Skipped, statistics.Positions);
    }

    /// <summary>The completions of one optimiser step: each pass over the batch is shuffled anew and cut into equal parts.</summary>
    private static PolicySample[] Part(PolicySample[] samples, PolicySegment segment, int step)
    {
        var (pass, part) = Math.DivRem(step, segment.Grpo.StepsPerGeneration);
        if (segment.Grpo.StepsPerGeneration == 1)
            return samples;
        var order = new RandomStream(segment.Seed, $"policy-step-{pass}", segment.Iteration).Permutation(samples.Length);
        var (from, to) = (part * samples.Length / segment.Grpo.StepsPerGeneration, (part + 1) * samples.Length / segment.Grpo.StepsPerGeneration);
        return order[from..to].Select(i => samples[i]).ToArray();
    }

    private static IReadOnlyList<IReadOnlyList<PolicySample>> MicroBatches(PolicySample[] part, PolicySegment segment)
    {
        var count = Math.Clamp(segment.Train.GradientAccumulationSteps ?? 1, 1, part.Length);
        return part.Chunk((part.Length + count - 1) / count).ToArray();
    }

    private static PolicyLossTotals Totals(PolicySample[] part, PolicySample[] all, PolicySegment segment) =>
        new(part.Length, part.Sum(sample => sample.Length), all.Sum(sample => sample.Length), segment.Generation.MaxNewTokens);
}
