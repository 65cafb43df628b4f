using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Workers;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Diagnosis;

/// <summary><c>swift workers</c></summary>
internal sealed class ListWorkers() : SwiftCommand("workers", "Lists the workers that were heard of lately")
{
    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var workers = await run.Api.ListWorkers(ct);
        run.Output.Result(workers, Draw);
        foreach (var missing in Enum.GetValues<WorkerKind>().Except(workers.Select(w => w.Worker.Kind)))
            run.Output.Message($"no {missing.ToString().ToLowerInvariant()} worker: start one with `swift worker {missing.ToString().ToLowerInvariant()}`");
        return ExitCode.Done;
    }

    private static Table Draw(IReadOnlyList<WorkerView> workers)
    {
        var table = Tables.Plain("kind", "host", "process", "works on", "serves", "started", "last seen");
        foreach (var w in workers.OrderBy(w => w.Worker.Kind))
            table.AddTextRow(
                w.Worker.Kind.ToString().ToLowerInvariant(), w.Worker.Host, w.Worker.ProcessId.ToString(), w.Segment ?? "",
                w.ServingEndpoint ?? "", Formats.Time(w.StartedAt), Formats.Time(w.LastSeenAt));
        return table;
    }
}
