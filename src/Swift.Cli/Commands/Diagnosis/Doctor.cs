using System.CommandLine;
using Spectre.Console;
using Swift.Cli.Commands.Serving;
using Swift.Cli.Hosting;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Diagnosis;

/// <summary><c>swift doctor</c></summary>
internal sealed class Doctor : SwiftCommand
{
    private readonly Option<string> _data = DataFolder.CreateOption();
    private readonly Option<string> _bus = new("--bus") { Description = "A RabbitMQ address to try", HelpName = "rabbitmq://…" };
    private readonly Option<string> _database = new("--database") { Description = "A PostgreSQL connection string to try", HelpName = "CONNECTION" };

    public Doctor() : base("doctor", "Checks what this machine has and says how to get what is missing")
    {
        Add(_data);
        Add(_bus);
        Add(_database);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        List<Finding> findings = [MachineChecks.Runtime(), MachineChecks.Torch(), MachineChecks.Folder(DataFolder.Resolve(run.Get(_data)))];
        findings.Add(run.Get(_database) is { } database ? await MachineChecks.DatabaseAsync(database, ct) : MachineChecks.PostgresPrograms());
        findings.Add(run.Get(_bus) is { } bus ? await MachineChecks.RabbitMqAsync(BusAddress.Read(bus), ct) : MachineChecks.NoBus());
        run.Output.Result(findings, Draw);
        return findings.Any(f => f.Verdict == Verdict.Missing) ? ExitCode.WorkFailed : ExitCode.Done;
    }

    private static Table Draw(IReadOnlyList<Finding> findings)
    {
        var table = Tables.Plain("", "what", "found", "what to do");
        foreach (var finding in findings)
        {
            var (word, color) = finding.Verdict switch
            {
                Verdict.Fine => ("ok", Color.Green),
                Verdict.Note => ("note", Color.Yellow),
                _ => ("missing", Color.Red),
            };
            table.AddRow(new Text(word, new Style(color)), new Text(finding.What), new Text(finding.Found), new Text(finding.Fix ?? ""));
        }
        foreach (var column in table.Columns)
            column.NoWrap = false;
        return table;
    }
}
