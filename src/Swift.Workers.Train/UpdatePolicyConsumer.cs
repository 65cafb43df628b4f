using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Training.Reinforcement;

namespace Swift.Workers.Train;

/// <summary>One policy update on the completions of an iteration.</summary>
internal sealed class UpdatePolicyConsumer(IArtifactStore store, WorkerSettings settings, IServiceProvider services)
    : SegmentConsumer<UpdatePolicy>(WorkerKind.Train, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<UpdatePolicy> segment)
    {
        var (command, scratch, ct) = (segment.Command, segment.Scratch, segment.Stopping);
        var rollouts = new List<string>();
        foreach (var shard in command.Rollouts)
            rollouts.Add(await store.MaterializeAsync(shard, scratch[$"rollouts-{rollouts.Count}.jsonl"], ct));
        var reference = command.Reference is { } frozen ? await store.MaterializeAsync(frozen, scratch["reference"], ct) : null;
        var (model, checkpoint) = await store.MaterializeStartAsync(command.Model, command.Checkpoint, scratch, ct);
        var outcome = PolicyUpdate.RunSegment(new PolicySegment
        {
            ModelFolder = model,
            CheckpointFolder = checkpoint,
            ReferenceFolder = reference,
            FromStep = command.FromStep,
            TotalSteps = command.TotalSteps,
            PolicyVersion = command.PolicyVersion,
            Iteration = command.Iteration,
            RolloutFiles = rollouts,
            Train = command.Train,
            Grpo = command.Grpo,
            Generation = command.Generation,
            Seed = command.Seed,
            OutputFolder = scratch["output"],
            Device = settings.Device,
        }, segment.Progress, ct);
        var stored = await store.PutCheckpointAsync(outcome.CheckpointFolder, ct);
        return new PolicyTrained(
            command.Address, segment.Worker, command.PolicyVersion + 1, command.Iteration, outcome.Step, stored.Checkpoint, stored.Model,
            outcome.Metrics, outcome.SkippedSteps, outcome.Tokens, segment.Seconds);
    }
}
