using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Keys;

/// <summary><c>swift keys revoke</c></summary>
internal sealed class RevokeKey : SwiftCommand
{
    private readonly Argument<string> _name = new("name") { HelpName = "NAME" };
    private readonly Option<string> _reason = new("--reason") { Description = "Why; it becomes part of the history" };

    public RevokeKey() : base("revoke", "Refuses a key from now on")
    {
        Add(_name);
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var revoked = await run.Api.RevokeApiKey(run.GetRequired(_name), new RevokeApiKey(run.Get(_reason)), ct);
        run.Output.Result(revoked, key => ListKeys.Draw(new Page<ApiKeyView>([key], null)));
        return ExitCode.Done;
    }
}
