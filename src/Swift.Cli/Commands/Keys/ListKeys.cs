using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Keys;

/// <summary><c>swift keys list</c></summary>
internal sealed class ListKeys() : SwiftCommand("list", "Lists all keys, what they may do and when they were last used")
{
    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        run.Output.Result(await run.Api.ListApiKeys(ct), Draw);
        return ExitCode.Done;
    }

    internal static Table Draw(Page<ApiKeyView> page)
    {
        var table = Tables.Plain("name", "status", "roles", "scopes", "issued", "by", "expires", "last used");
        foreach (var k in page.Items)
            table.AddTextRow(
                k.Name, k.Status, string.Join(", ", k.Roles.Select(r => r.ToString().ToLowerInvariant())), string.Join(", ", k.Scopes), Formats.Time(k.IssuedAt),
                k.IssuedBy, k.ExpiresAt is { } expires ? Formats.Time(expires) : "never", k.LastUsedAt is { } used ? Formats.Time(used) : "never");
        return table;
    }
}
