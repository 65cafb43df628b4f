using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;

namespace Swift.Api.Tests.Experiments;

/// <summary>
/// Answers commands as a worker would, without doing their work: each result is a pure function of the command, as a
/// real one is, so that "the same end whatever happened on the way" can be checked.
/// </summary>
internal static class ScriptedWorker
{
    internal static WorkerIdentity Identity(WorkerKind kind = WorkerKind.Train) =>
        new(kind, Guid.Parse("00000000-0000-0000-0000-0000000000aa"), "test", 1, "test");

    internal static ISegmentReply Answer(ISegmentCommand command)
    {
        var worker = Identity();
        return command switch
        {
            PrepareModel c => new ModelPrepared(c.Address, worker, Artifact("base"), 1000),
            TrainSegment c => Train(c, worker),
            GenerateRollouts c => new RolloutsGenerated(
                c.Address, worker, c.PolicyVersion, c.Iteration, c.Shard, Artifact($"rollouts {c.Policy.Digest} {c.Iteration} {c.Shard}"),
                [new MetricPoint("reward", c.Iteration, c.Shard)], [], 10, 0.1),
            UpdatePolicy c => Update(c, worker),
            EvaluateModel c => new ModelEvaluated(
                c.Address, worker, Artifact("report " + c.Model.Digest), new Dictionary<string, double> { ["accuracy"] = 0.5 }, 10, [], 0.1),
            ExportModel c => new ModelExported(
                c.Address, worker, new Dictionary<string, ArtifactReference> { ["safetensors"] = Artifact("export " + c.Model.Digest) }, 0.1),
            DeployModel c => new ModelDeployed(c.Address, worker, "http://127.0.0.1:1/v1", c.ServedModelName),
            _ => throw new InvalidOperationException(command.GetType().Name),
        };
    }

    private static SegmentTrained Train(TrainSegment c, WorkerIdentity worker)
    {
        var total = c.Train.MaxSteps;
        var step = Math.Min(total, c.FromStep + c.Train.SegmentSteps);
        var seen = $"{c.Checkpoint?.Digest ?? c.Model.Digest} {step}";
        return new SegmentTrained(
            c.Address, worker, step, total, step == total, Artifact("checkpoint " + seen, ArtifactKind.Checkpoint), Artifact("model " + seen),
            [new MetricPoint("loss", step, 1.0 / step)], c.FromStep == 0 ? [new DroppedRows("train.jsonl", "too_long", 2, [3, 5])] : [], [], 100, 0.1);
    }

    private static PolicyTrained Update(UpdatePolicy c, WorkerIdentity worker)
    {
        var seen = $"{c.Checkpoint?.Digest ?? c.Model.Digest} {c.Reference?.Digest} {string.Join(' ', c.Rollouts.Select(r => r.Digest))}";
        return new PolicyTrained(
            c.Address, worker, c.PolicyVersion + 1, c.Iteration, c.FromStep + (c.Grpo.StepsPerGeneration * c.Grpo.NumIterations),
            Artifact("checkpoint " + seen, ArtifactKind.Checkpoint), Artifact("policy " + seen), [new MetricPoint("kl", c.Iteration, 0.01)], [], 100, 0.1);
    }

    internal static ArtifactReference Artifact(string content, ArtifactKind kind = ArtifactKind.Model) => new(
        "sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content))), kind, content.Length);
}
