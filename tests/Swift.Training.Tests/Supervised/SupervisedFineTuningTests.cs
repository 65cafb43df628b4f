using System.Diagnostics;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Models.Safetensors;
using Swift.Training.Supervised;
using TorchSharp;

namespace Swift.Training.Tests.Supervised;

public sealed class SupervisedFineTuningTests : IDisposable
{
    private const string ChildRequest = "SWIFT_TEST_SEGMENT";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SupervisedSegment Segment(string output, string? checkpoint, int fromStep, int segmentSteps, bool packing = true)
    {
        if (!Directory.Exists(_folder.PathOf("model")))
            SmallModel.Write(_folder);
        return new SupervisedSegment
        {
            ModelFolder = _folder.PathOf("model"), CheckpointFolder = checkpoint is null ? null : _folder.PathOf(checkpoint), FromStep = fromStep,
            Datasets = [new DatasetFile(_folder.PathOf("train.jsonl"), null, "train.jsonl")],
            Data = new DataSpec { Dataset = ["train.jsonl"], Packing = packing, MaxLength = 200 },
            Train = new TrainSpec
            {
                LearningRate = 5e-3, PerDeviceTrainBatchSize = 4, GradientAccumulationSteps = 2, MaxSteps = 30, WarmupRatio = 0.1,
                SegmentSteps = segmentSteps, LoggingSteps = 4,
            },
            Seed = 3, OutputFolder = _folder.PathOf(output),
        };
    }

    private static SegmentOutcome Run(SupervisedSegment segment) => SupervisedFineTuning.RunSegment(segment, null, CancellationToken.None);

    /// <summary>Does the segment in a process of its own: this test program, asked for <see cref="A_segment_asked_for_by_another_process"/> only.</summary>
    private void RunElsewhere(SupervisedSegment segment)
    {
        var request = _folder.PathOf(Path.GetFileName(segment.OutputFolder) + ".json");
        File.WriteAllBytes(request, JsonSerializer.SerializeToUtf8Bytes(segment, SwiftJson.Options));
        // Started as `dotnet Tests.dll`, the path of this process is dotnet's.
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [GetType().Assembly.Location] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. program, "-method", $"*.{nameof(A_segment_asked_for_by_another_process)}"])
        {
            RedirectStandardOutput = true,
            Environment = { [ChildRequest] = request },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, output);
    }

    [Fact]
    public void A_segment_asked_for_by_another_process()
    {
        if (Environment.GetEnvironmentVariable(ChildRequest) is { } request)
            Run(JsonSerializer.Deserialize<SupervisedSegment>(File.ReadAllBytes(request), SwiftJson.Options)!);
    }

    [Fact]
    public void Segments_in_other_processes_end_in_the_same_bytes_as_one()
    {
        var whole = Run(Segment("whole", null, 0, 30));
        whole.Finished.ShouldBeTrue();

        RunElsewhere(Segment("one", null, 0, 10));
        RunElsewhere(Segment("two", "one", 10, 10));
        RunElsewhere(Segment("three", "two", 20, 10));
        SmallModel.HashOf(_folder.PathOf("three")).ShouldBe(SmallModel.HashOf(_folder.PathOf("whole")));
    }

    [Fact]
    public void A_stopped_segment_is_done_again_with_the_same_bytes_and_metrics()
    {
        var whole = Run(Segment("whole", null, 0, 30, packing: false));

        var first = Run(Segment("first", null, 0, 13, packing: false));
        using var stop = new CancellationTokenSource();
        var progress = new Watcher(report =>
        {
            if (report.Done == 17)
                stop.Cancel();
        });
        var segment = Segment("second", "first", 13, 30, packing: false);
        Should.Throw<OperationCanceledException>(() => SupervisedFineTuning.RunSegment(segment, progress, stop.Token));
        Directory.Exists(_folder.PathOf("second")).ShouldBeFalse();
        var second = Run(segment);
        SmallModel.HashOf(_folder.PathOf("second")).ShouldBe(SmallModel.HashOf(_folder.PathOf("whole")));
        first.Metrics.Concat(second.Metrics).ShouldBe(whole.Metrics);
        (first.Tokens + second.Tokens).ShouldBe(whole.Tokens);
    }

    [Fact]
    public void The_loss_falls_and_progress_tells_it()
    {
        var reports = new List<WorkProgress>();
        var outcome = SupervisedFineTuning.RunSegment(Segment("out", null, 0, 30), new Watcher(reports.Add), CancellationToken.None);
        reports.Select(report => report.Done).ShouldBe(Enumerable.Range(1, 30));
        reports.ShouldAllBe(report => report.Total == 30 && report.Rate > 0 && report.Latest.ContainsKey("loss"));
        var losses = outcome.Metrics.Where(metric => metric.Name == "loss").ToArray();
        losses[^1].Value.ShouldBeLessThan(losses[0].Value * 0.8);
        outcome.SkippedSteps.ShouldBeEmpty();
        File.Exists(Path.Combine(outcome.CheckpointFolder, "model.safetensors")).ShouldBeTrue();
        File.Exists(Path.Combine(outcome.CheckpointFolder, "tokenizer.json")).ShouldBeTrue();
    }

    [Fact]
    public void The_loss_of_rows_that_are_held_out_is_measured_at_the_end_on_the_weights_that_came_of_it()
    {
        var segment = Segment("out", null, 0, 2);
        segment = segment with
        {
            Data = segment.Data with { SplitDatasetRatio = 0.25, Packing = false },
            Train = segment.Train with { MaxSteps = 2, PerDeviceTrainBatchSize = 3 },
        };
        var outcome = Run(segment);
        outcome.Data!.Lengths.Samples.ShouldBe(30);
        outcome.Data.HeldOut.Samples.ShouldBe(10);
        var measured = outcome.Metrics.Where(metric => metric.Name == "eval_loss").ShouldHaveSingleItem();
        measured.Step.ShouldBe(2);

        // What was held out, learned from as one batch, begins with that loss.
        var held = RowOrder.HeldOut([40], segment.Data, segment.Seed).Select(place => place.Row).ToHashSet();
        File.WriteAllLines(_folder.PathOf("train.jsonl"), File.ReadAllLines(_folder.PathOf("train.jsonl")).Where((_, row) => held.Contains(row)));
        var check = Run(segment with
        {
            ModelFolder = _folder.PathOf("out"), OutputFolder = _folder.PathOf("check"), Data = segment.Data with { SplitDatasetRatio = 0 },
            Train = segment.Train with { MaxSteps = 1, PerDeviceTrainBatchSize = 10, GradientAccumulationSteps = 1 },
        });
        check.Metrics.First(metric => metric.Name == "loss").Value.ShouldBe(measured.Value, 1e-5);
    }

    [Fact]
    public void Packed_and_unpacked_training_take_the_same_steps()
    {
        // Every step sees every sample, in rows of one or of several.
        var packed = Segment("packed", null, 0, 3);
        packed = packed with { Train = packed.Train with { PerDeviceTrainBatchSize = 40, GradientAccumulationSteps = 1, MaxSteps = 3, LoggingSteps = 1 } };
        var unpacked = packed with { Data = packed.Data with { Packing = false }, OutputFolder = _folder.PathOf("unpacked") };
        var (one, other) = (Run(packed), Run(unpacked));

        one.Metrics.Zip(other.Metrics).ShouldAllBe(pair => pair.First.Name == pair.Second.Name && Math.Abs(pair.First.Value - pair.Second.Value) < 1e-4);
        using var first = SafetensorsFile.Open(_folder.PathOf("packed/model.safetensors"));
        using var second = SafetensorsFile.Open(_folder.PathOf("unpacked/model.safetensors"));
        using var start = SafetensorsFile.Open(_folder.PathOf("model/model.safetensors"));
        var moved = 0f;
        foreach (var name in first.Entries.Keys)
        {
            LargestDifference(first, second, name).ShouldBeLessThan(2e-4f, name);
            moved = Math.Max(moved, LargestDifference(first, start, name));
        }

        moved.ShouldBeGreaterThan(5e-3f);
    }

    private static float LargestDifference(SafetensorsFile one, SafetensorsFile other, string name)
    {
        using var scope = torch.NewDisposeScope();
        return (one.Read(name) - other.Read(name)).abs().max().ToSingle();
    }

    [Fact]
    public void A_segment_ends_when_its_time_is_over_and_does_at_least_one_step()
    {
        var segment = Segment("out", null, 0, 30);
        Run(segment with { Train = segment.Train with { SegmentSeconds = 0 } }).Step.ShouldBe(1);
    }

    [Fact]
    public void Rows_that_are_too_long_are_counted_or_cut()
    {
        var segment = Segment("out", null, 0, 1);
        var strict = segment with { Data = segment.Data with { MaxLength = 110 } };
        var outcome = Run(strict);
        outcome.Dropped.ShouldHaveSingleItem().Reason.ShouldBe("too_long");
        outcome.Dropped[0].Count.ShouldBeInRange(1, 39);
        Run(strict with { Data = strict.Data with { TruncationStrategy = "left" } }).Dropped.ShouldBeEmpty();
        Should.Throw<SwiftException>(() => Run(strict with { Data = strict.Data with { Strict = true } })).Reason.Code.ShouldBe("dataset_row_invalid");
        Should.Throw<SwiftException>(() => Run(strict with { Data = strict.Data with { MaxLength = 5 } })).Reason.Code.ShouldBe("dataset_unusable");
    }

    [Fact]
    public void A_checkpoint_of_another_step_is_refused()
    {
        Run(Segment("one", null, 0, 2));
        Should.Throw<SwiftException>(() => Run(Segment("two", "one", 5, 2))).Reason.Code.ShouldBe("checkpoint_invalid");
    }

    [Fact]
    public void A_training_that_breaks_down_says_so()
    {
        var segment = Segment("out", null, 0, 30);
        var broken = segment with { Train = segment.Train with { LearningRate = 1e30, WarmupRatio = 0, MaxGradNorm = 0 } };
        Should.Throw<SwiftException>(() => Run(broken)).Reason.ShouldSatisfyAllConditions(
            reason => reason.Kind.ShouldBe(FailureKind.NotFinite), reason => reason.Code.ShouldBe("gradient_not_finite"));
    }

    private sealed class Watcher(Action<WorkProgress> see) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => see(value);
    }
}
