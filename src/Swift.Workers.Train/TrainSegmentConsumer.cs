using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Data.Datasets;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Training.Supervised;

namespace Swift.Workers.Train;

/// <summary>One segment of supervised fine-tuning.</summary>
internal sealed class TrainSegmentConsumer(IArtifactStore store, EncodedDatasets encoded, WorkerSettings settings, IServiceProvider services)
    : SegmentConsumer<TrainSegment>(WorkerKind.Train, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<TrainSegment> segment)
    {
        var (command, scratch, ct) = (segment.Command, segment.Scratch, segment.Stopping);
        var files = await store.MaterializeDatasetsAsync(command.Datasets, scratch, ct);
        var (model, checkpoint) = await store.MaterializeStartAsync(command.Model, command.Checkpoint, scratch, ct);
        var request = new SupervisedSegment
        {
            ModelFolder = model,
            CheckpointFolder = checkpoint,
            FromStep = command.FromStep,
            Datasets = [.. files.Zip(command.Datasets, (path, dataset) => new DatasetFile(path, dataset.Rows, dataset.Path) { Digest = dataset.Artifact.Digest })],
            Data = command.Data,
            EncodingFolder = encoded.Folder,
            Train = command.Train,
            Seed = command.Seed,
            OutputFolder = scratch["output"],
            Device = settings.Device,
        };
        var keys = EncodingKey.Of(request);
        await encoded.BringAsync(keys, ct);
        var outcome = SupervisedFineTuning.RunSegment(request, segment.Progress, ct);
        await encoded.KeepAsync(keys, ct);
        var report = outcome.Data is { } data ? await store.PutReportAsync(data, ct) : null;
        var stored = await store.PutCheckpointAsync(outcome.CheckpointFolder, ct);
        return new SegmentTrained(
            command.Address, segment.Worker, outcome.Step, outcome.TotalSteps, outcome.Finished, stored.Checkpoint, stored.Model,
            outcome.Metrics, outcome.Dropped, outcome.SkippedSteps, outcome.Tokens, segment.Seconds,
            report);
    }
}
