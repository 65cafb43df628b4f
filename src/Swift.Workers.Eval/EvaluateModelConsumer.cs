using Swift.Contracts.Artifacts;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Data.Datasets;
using Swift.Evaluation;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Eval;

/// <summary>Lets a model answer a held-out set and compares.</summary>
internal sealed class EvaluateModelConsumer(IArtifactStore store, WorkerSettings settings, IServiceProvider services)
    : SegmentConsumer<EvaluateModel>(WorkerKind.Eval, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<EvaluateModel> segment)
    {
        var (command, scratch, ct) = (segment.Command, segment.Scratch, segment.Stopping);
        var files = await store.MaterializeDatasetsAsync(command.Datasets, scratch, ct);
        var outcome = ModelEvaluation.Run(new EvaluationRequest
        {
            ModelFolder = await store.MaterializeAsync(command.Model, scratch["model"], ct),
            Datasets = [.. files.Zip(command.Datasets, (path, dataset) => new DatasetFile(path, dataset.Rows, dataset.Path))],
            Data = command.Data,
            Eval = command.Eval,
            Generation = command.Generation,
            Seed = command.Seed,
            OutputFolder = scratch["output"],
            Device = settings.Device,
        }, segment.Progress, ct);
        var report = await store.PutFileAsync(outcome.ReportFile, ct);
        return new ModelEvaluated(
            command.Address, segment.Worker, report.As(ArtifactKind.Report), outcome.Scores, outcome.Rows, outcome.Dropped, segment.Seconds,
            await store.PutReportAsync(outcome.Data, ct));
    }
}
