using System.CommandLine;
using Swift.Cli.Api;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Artifacts;

/// <summary><c>swift artifacts get</c></summary>
internal sealed class GetArtifact : SwiftCommand
{
    private readonly Argument<string> _digest = new("digest") { Description = "sha256:…, as an experiment shows it", HelpName = "DIGEST" };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "File, or folder if the artifact is one; must not exist",
        HelpName = "PATH",
        Required = true,
    };

    public GetArtifact() : base("get", "Fetches an artifact, checked against its digest; of a folder, all its files")
    {
        Add(_digest);
        Add(_output);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var path = Path.GetFullPath(run.GetRequired(_output));
        if (Path.Exists(path))
            throw new UsageException($"{path} exists already; choose another --output.");
        var fetched = await ArtifactDownload.RunAsync(run.Api, run.GetRequired(_digest), path, ct);
        run.Output.ResultText(fetched, f => f.Files is { } files ? $"{f.Path}: {files} files, {Formats.Bytes(f.Size)}" : $"{f.Path}: {Formats.Bytes(f.Size)}");
        return ExitCode.Done;
    }
}
