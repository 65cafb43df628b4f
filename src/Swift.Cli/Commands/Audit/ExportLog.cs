using System.CommandLine;
using Swift.Cli.Api;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit export</c></summary>
internal sealed class ExportLog : SwiftCommand
{
    private readonly Option<Guid?> _experiment = new("--experiment") { Description = "Only the events of one experiment, or of another stream. Default: all", HelpName = "ID" };
    private readonly Option<long[]> _from = new("--from") { Description = "Prove that the log goes on from this size, which was signed earlier; may be repeated", HelpName = "SIZE" };
    private readonly Option<string> _output = new("--output", "-o") { Description = "File; must not exist", HelpName = "FILE", Required = true };

    public ExportLog() : base("export", "Writes events with proofs, for whoever verifies without Swift (docs/audit.md)")
    {
        Add(_experiment);
        Add(_from);
        Add(_output);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var path = Path.GetFullPath(run.GetRequired(_output));
        if (Path.Exists(path))
            throw new UsageException($"{path} exists already; choose another --output.");
        using var answer = await run.Api.ExportLog(run.Get(_experiment), run.Get(_from), ct);
        if (!answer.IsSuccessStatusCode)
            throw await ApiProblem.ReadAsync(answer);
        using UnfinishedDownload download = new(path);
        long size;
        await using (FileStream file = new(download.Path, FileMode.CreateNew))
        {
            await answer.Content.CopyToAsync(file, ct);
            size = file.Length;
        }
        download.Finish();
        run.Output.ResultText(new { Path = path, Size = size }, written => $"{written.Path}: {Formats.Bytes(written.Size)}");
        return ExitCode.Done;
    }
}
