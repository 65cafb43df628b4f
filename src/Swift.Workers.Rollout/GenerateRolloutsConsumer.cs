using Swift.Contracts.Artifacts;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Data.Datasets;
using Swift.Evaluation.Rollouts;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Rollout;

/// <summary>Completes and scores one shard of an iteration with the policy that the command names.</summary>
internal sealed class GenerateRolloutsConsumer(IArtifactStore store, PolicyFolder policy, WorkerSettings settings, IServiceProvider services)
    : SegmentConsumer<GenerateRollouts>(WorkerKind.Rollout, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<GenerateRollouts> segment)
    {
        var (command, scratch, ct) = (segment.Command, segment.Scratch, segment.Stopping);
        var files = await store.MaterializeDatasetsAsync(command.Datasets, scratch, ct);
        var outcome = RolloutGeneration.Run(new RolloutRequest
        {
            PolicyFolder = await policy.BringAsync(command.Policy, ct),
            PolicyVersion = command.PolicyVersion,
            Iteration = command.Iteration,
            Shard = command.Shard,
            Shards = command.Shards,
            Datasets = [.. files.Zip(command.Datasets, (path, dataset) => new DatasetFile(path, dataset.Rows, dataset.Path))],
            Data = command.Data,
            Generation = command.Generation,
            Grpo = command.Grpo,
            Seed = command.Seed,
            OutputFile = scratch["rollouts.jsonl"],
            Device = settings.Device,
        }, segment.Progress, ct);
        var rollouts = await store.PutFileAsync(outcome.OutputFile, ct);
        return new RolloutsGenerated(
            command.Address, segment.Worker, command.PolicyVersion, command.Iteration, command.Shard, rollouts.As(ArtifactKind.Rollouts),
            outcome.Metrics, outcome.Dropped, outcome.Tokens, segment.Seconds,
            outcome.Data is { } data ? await store.PutReportAsync(data, ct) : null);
    }
}
