namespace Swift.Cli.Commands.Keys;

/// <summary><c>swift keys whoami</c></summary>
internal sealed class WhoAmI() : SwiftCommand("whoami", "Shows who the server takes the command line for")
{
    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var caller = await run.Api.GetCaller(ct);
        run.Output.ResultText(caller, c =>
            $"{c.Actor}: {string.Join(", ", c.Roles.Select(r => r.ToString().ToLowerInvariant()))}" + (c.Scopes.Count == 0 ? "" : $"; only {string.Join(", ", c.Scopes)}"));
        return ExitCode.Done;
    }
}
