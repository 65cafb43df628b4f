using System.CommandLine;
using Swift.Cli.Api;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands;

/// <summary>One run of a command: what was typed, where results go, and the API if it is asked for.</summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private readonly ParseResult _parsed;
    private readonly Lazy<ApiConnection> _connection;

    public CommandRun(ParseResult parsed)
    {
        _parsed = parsed;
        Url = new Uri(parsed.GetValue(GlobalOptions.Url) ?? Environment.GetEnvironmentVariable("SWIFT_URL") ?? GlobalOptions.DefaultUrl);
        Output = new CommandOutput(parsed.GetValue(GlobalOptions.Json));
        _connection = new Lazy<ApiConnection>(() => new ApiConnection(Url, ApiKeyLookup.Find(Url, parsed.GetValue(GlobalOptions.ApiKey))));
    }

    public Uri Url { get; }

    public CommandOutput Output { get; }

    public ISwiftApi Api => _connection.Value.Api;

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    public T GetRequired<T>(Option<T> option) => _parsed.GetRequiredValue(option);

    public T GetRequired<T>(Argument<T> argument) => _parsed.GetRequiredValue(argument);

    public T? Get<T>(Argument<T> argument) => _parsed.GetValue(argument);

    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    public ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
            _connection.Value.Dispose();
        return ValueTask.CompletedTask;
    }
}
