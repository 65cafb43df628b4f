using System.CommandLine;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models rollback</c></summary>
internal sealed class RollBackAlias : SwiftCommand
{
    private readonly Argument<string> _name = ModelArguments.Name();
    private readonly Argument<string> _alias = ModelArguments.Alias();
    private readonly Option<string> _reason = ModelArguments.Reason();

    public RollBackAlias() : base("rollback", "Lets an alias mean again what it meant before its last move")
    {
        Add(_name);
        Add(_alias);
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var (name, alias) = (run.GetRequired(_name), run.GetRequired(_alias));
        if ((await run.Api.GetAliasHistory(name, alias, ct)).LastOrDefault(decision => decision.Moved) is not { } last)
            throw new UsageException($"{alias} has never meant a version of {name}; there is nothing to go back to.");
        if (last.FromVersion is not { } before)
            throw new UsageException($"{alias} has only ever meant version {last.Version}; there is nothing to go back to.");
        // Somebody may move it between the look and the move; then neither happens.
        var moved = await run.Api.MoveAlias(name, alias, new MoveAlias(before, run.GetRequired(_reason), ExpectedVersion: last.Version), ct);
        run.Output.ResultText(moved, AliasText.Of);
        return ExitCode.Done;
    }
}
