using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Artifacts;

/// <summary><c>swift artifacts gc</c></summary>
internal sealed class CollectGarbage() : SwiftCommand("gc", "Deletes artifacts that no experiment names")
{
    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var report = await run.Api.CollectGarbage(ct);
        run.Output.ResultText(report, r => $"{r.Deleted} deleted ({Formats.Bytes(r.BytesFreed)}), {r.Kept} kept");
        return ExitCode.Done;
    }
}
