using System.CommandLine;
using Swift.Cli.Terminal;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Keys;

/// <summary><c>swift keys create</c></summary>
internal sealed class CreateKey : SwiftCommand
{
    private const int MostDays = 36_500;

    private readonly Argument<string> _name = new("name") { Description = "Whose it is, as the history will say; never used twice", HelpName = "NAME" };
    private readonly Option<Role[]> _role = new("--role")
    {
        Description = "viewer, operator, auditor or admin; several add up. Default: viewer",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _scope = new("--scope")
    {
        Description = "Limits it to areas of the API, such as experiments or artifacts. Default: all that its roles allow",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _days = new("--days") { Description = "Is refused after so many days. Default: never", HelpName = "DAYS" };

    public CreateKey() : base("create", "Makes a key and prints it; it is shown this once")
    {
        Add(_name);
        Add(_role);
        Add(_scope);
        Add(_days);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var roles = run.Get(_role) is { Length: > 0 } given ? given : [Role.Viewer];
        if (run.Get(_days) is < 1 or > MostDays)
            throw new UsageException($"--days {run.Get(_days)}: is 1 to {MostDays}.");
        DateTimeOffset? expires = run.Get(_days) is { } days ? DateTimeOffset.UtcNow.AddDays(days) : null;
        var created = await run.Api.CreateApiKey(new CreateApiKey(run.GetRequired(_name), roles, run.Get(_scope), expires), ct);
        run.Output.Message($"the key {created.View.Name}; keep it now, it cannot be shown again. Use it as SWIFT_API_KEY or as Authorization: Bearer.");
        run.Output.ResultText(created, c => c.Key);
        return ExitCode.Done;
    }
}
