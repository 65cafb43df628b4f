using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Data.Datasets;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Training.Supervised;

namespace Swift.Workers.Train;

/// <summary>One segment of supervised fine-tuning.</summary>
internal sealed class TrainSegmentConsumer(IArtifactStore store, WorkerSettings settings, IServiceProvider services)
    : SegmentConsumer<TrainSegment>(WorkerKind.Train, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<TrainSegment> segment)
    {
        var (command, scratch, ct) = (segment.Command, segment.Scratch, segment.Stopping);
        var files = await store.MaterializeDatasetsAsync(command.Datasets, scratch, ct);
        var (model, checkpoint) = await store.MaterializeStartAsync(command.Model, command.Checkpoint, scratch, ct);
        var outcome = SupervisedFineTuning.RunSegment(new SupervisedSegment
        {
            ModelFolder = model,
            CheckpointFolder = checkpoint,
            FromStep = command.FromStep,
            Datasets = [.. files.Zip(command.Datasets, (path, dataset) => new DatasetFile(path, dataset.Rows, dataset.Path))],
            Data = command.Data,
            Train = command.Train,
            Seed = command.Seed,
            OutputFolder = scratch["output"],
            Device = settings.Device,
        }, segment.Progress, ct);
        var stored = await store.PutCheckpointAsync(outcome.CheckpointFolder, ct);
        return new SegmentTrained(
            command.Address, segment.Worker, outcome.Step, outcome.TotalSteps, outcome.Finished, stored.Checkpoint, stored.Model,
            outcome.Metrics, outcome.Dropped, outcome.SkippedSteps, outcome.Tokens, segment.Seconds);
    }
}
