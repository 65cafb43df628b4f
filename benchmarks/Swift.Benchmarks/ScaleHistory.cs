using Marten;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Workers;

namespace Swift.Benchmarks;

/// <summary>Histories of long training runs, appended through the product's own event store as its commands do: committed in batches, snapshots kept.</summary>
internal static class ScaleHistory
{
    private const int Names = 25;
    private const int PerCommit = 250;
    private const int PerSegment = 10;

    /// <summary>Names that experiments have, in equal shares.</summary>
    public static string Name(int number) => $"nightly-{number % Names:D2}";

    /// <returns>The experiments' ids, oldest first.</returns>
    public static async Task<IReadOnlyList<Guid>> AppendAsync(IDocumentStore store, int experiments, int eventsEach, Action<int> done, CancellationToken ct)
    {
        List<Guid> ids = [];
        for (var number = 0; number < experiments; number++)
        {
            var id = Guid.CreateVersion7();
            var events = Events(number, eventsEach).ToList();
            for (var at = 0; at < events.Count; at += PerCommit)
            {
                await using var session = store.LightweightSession();
                var commit = events.Skip(at).Take(PerCommit).ToArray();
                if (at == 0) session.Events.StartStream<Experiment>(id, commit);
                else (await session.Events.FetchForWriting<Experiment>(id, ct)).AppendMany(commit);
                await session.SaveChangesAsync(ct);
            }
            ids.Add(id);
            done(ids.Count);
        }
        return ids;
    }

    /// <summary>What goes on while read models are rebuilt.</summary>
    public static object Metrics(int step) =>
        new MetricsRecorded(0, "sft", [.. Enumerable.Range(0, 10).Select(i => new MetricPoint("loss", (step * 10) + i, 2.0 / (1 + step + i)))]);

    /// <summary>One long supervised stage of segments, then an evaluation; eight in ten succeed, one fails, one is cancelled.</summary>
    private static IEnumerable<object> Events(int number, int count)
    {
        WorkerIdentity worker = new(WorkerKind.Train, Guid.CreateVersion7(), "worker-1", 1, "benchmark");
        ArtifactReference model = new(Digest(number, 0), ArtifactKind.Model, 1);
        yield return new ExperimentSubmitted(Name(number), Spec(number), new Dictionary<string, ArtifactReference>(), null, null, "", "", "benchmark");
        yield return new StageStarted(0, "sft", StageKind.Sft, model);
        var segments = (count - 4) / PerSegment;
        for (var segment = 1; segment <= segments; segment++)
        {
            var (name, checkpoint) = ($"train-{segment:D4}", new ArtifactReference(Digest(number, segment), ArtifactKind.Checkpoint, 1));
            yield return new SegmentRequested(0, name, SegmentRole.Train, 1, segment, 0, 0, 0, model, checkpoint, null);
            yield return new SegmentStarted(0, name, 1, worker);
            for (var i = 0; i < PerSegment - 3; i++)
                yield return Metrics((segment * PerSegment) + i);
            yield return new SegmentTrained(0, name, 1, worker, segment, segments, segment == segments, checkpoint, model, 4096, 1.5);
        }
        for (var i = 4 + (segments * PerSegment); i < count; i++)
            yield return Metrics(count + i);
        if (number % 10 == 8)
        {
            yield return new StageFailed(0, "sft", new FailureReason(FailureKind.Unexpected, "diverged", "The loss is not finite."));
            yield return new ExperimentFailed(new FailureReason(FailureKind.Unexpected, "diverged", "The loss is not finite."));
        }
        else if (number % 10 == 9)
        {
            yield return Metrics(count);
            yield return new ExperimentCancelled("not needed");
        }
        else
        {
            yield return new StageSucceeded(0, "sft", new Dictionary<string, ArtifactReference> { ["model"] = model }, model);
            yield return new ExperimentSucceeded(model);
        }
    }

    private static PipelineSpec Spec(int number) => new()
    {
        Name = Name(number),
        Model = new ModelSpec { Config = new ModelConfigSpec(), Tokenizer = "tokenizer" },
        Stages = [new StageSpec { Kind = StageKind.Sft, Name = "sft", Data = new DataSpec { Dataset = ["train.jsonl"] }, Train = new TrainSpec() }],
    };

    private static string Digest(int experiment, int of) => $"sha256:{(ulong)experiment:x32}{(ulong)of:x32}";
}
