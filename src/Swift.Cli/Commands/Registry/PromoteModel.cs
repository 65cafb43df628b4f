using System.CommandLine;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models promote</c></summary>
internal sealed class PromoteModel : SwiftCommand
{
    private readonly Argument<string> _name = ModelArguments.Name();
    private readonly Argument<int> _version = new("version") { Description = "The version that the alias is to mean", HelpName = "VERSION" };
    private readonly Argument<string> _alias = ModelArguments.Alias();
    private readonly Option<string> _reason = ModelArguments.Reason();

    public PromoteModel() : base("promote", "Lets an alias mean a version")
    {
        Add(_name);
        Add(_version);
        Add(_alias);
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var alias = await run.Api.MoveAlias(
            run.GetRequired(_name), run.GetRequired(_alias), new MoveAlias(run.GetRequired(_version), run.GetRequired(_reason)), ct);
        run.Output.ResultText(alias, AliasText.Of);
        return ExitCode.Done;
    }
}
