using System.CommandLine;
using Npgsql;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Api.Audit;
using Swift.Api.Audit.Verification;
using Swift.Cli.Hosting;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit verify</c></summary>
internal sealed class VerifyLog : SwiftCommand
{
    private readonly Option<string> _database = new("--database")
    {
        Description = "Verify this PostgreSQL here, instead of asking the server, which may be in league with whoever altered it",
        HelpName = "CONNECTION",
    };
    private readonly Option<string[]> _anchors = new("--anchors") { Description = "With --database: signed heads to compare with. Default: those of the data folder", HelpName = "FILE" };
    private readonly Option<string[]> _keys = new("--key") { Description = "With --database: key that heads are signed with, PEM. Default: that of the data folder", HelpName = "FILE" };
    private readonly Option<string> _data = DataFolder.CreateOption();

    public VerifyLog() : base("verify", "Checks that nobody altered the history, from the store to the heads outside of it; names what is wrong")
    {
        Add(_database);
        Add(_anchors);
        Add(_keys);
        Add(_data);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var database = run.Get(_database);
        if (database is null && ((Option[])[_anchors, _keys, _data]).FirstOrDefault(run.Has) is { } alone)
            throw new UsageException($"{alone.Name} goes with --database: without it the server verifies, with its own key and anchors.");
        var report = database is null ? await run.Api.VerifyLog(ct) : await Here(run, database, ct);
        run.Output.Result(report, Draw);
        return report.Sound ? ExitCode.Done : ExitCode.WorkFailed;
    }

    private async Task<AuditReport> Here(CommandRun run, string database, CancellationToken ct)
    {
        var kept = AuditSettings.In(DataFolder.Resolve(run.Get(_data)));
        await GivenDatabase.WaitAsync(database, patience: TimeSpan.Zero, run.Output.Message, ct);
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync(ct);
        return await LogVerification.RunAsync(connection, Given(_keys, kept.KeyFile!), Given(_anchors, kept.AnchorFile!), ct);

        string[] Given(Option<string[]> option, string otherwise) => run.Get(option) is { Length: > 0 } files ? files : [otherwise];
    }

    private static IRenderable Draw(AuditReport report)
    {
        List<IRenderable> lines =
        [
            new Text($"{report.Events} events in the log, {report.Unsealed} not in it yet; {report.Heads} signed heads, {report.Anchors} of them or others outside of the database"),
            new Text(report.Head is { } head ? $"newest head: {head.TreeSize} events, {head.RootHash}, {head.Timestamp}, key {head.KeyId}" : "no signed head"),
            new Text($"{(report.Sound ? "sound" : "NOT SOUND")} ({report.Events / Math.Max(report.Seconds, 1e-3):N0} events/s)"),
        ];
        lines.AddRange(report.Findings.Select(finding => new Text($"  {finding.Code}: {finding.Message}")));
        return new Rows(lines);
    }
}
