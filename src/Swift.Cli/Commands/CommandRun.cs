using System.CommandLine;
using Swift.Cli.Api;
using Swift.Cli.Terminal;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands;

/// <summary>One run of a command: what was typed, where results go, and the API if it is asked for.</summary>
internal sealed class CommandRun : IAsyncDisposable
{
    private readonly ParseResult _parsed;
    private readonly Lazy<Uri> _url;
    private readonly Lazy<ApiConnection> _connection;

    public CommandRun(ParseResult parsed)
    {
        _parsed = parsed;
        _url = new Lazy<Uri>(() => ReadUrl(parsed.GetValue(GlobalOptions.Url) ?? Variable(GlobalOptions.UrlVariable) ?? GlobalOptions.DefaultUrl));
        Output = new CommandOutput(parsed.GetValue(GlobalOptions.Json));
        _connection = new Lazy<ApiConnection>(() => new ApiConnection(Url, ApiKeyLookup.Find(Url, parsed.GetValue(GlobalOptions.ApiKey))));
    }

    /// <exception cref="UsageException">What was given is no address.</exception>
    public Uri Url => _url.Value;

    public CommandOutput Output { get; }

    public ISwiftApi Api => _connection.Value.Api;

    public T? Get<T>(Option<T> option) => _parsed.GetValue(option);

    /// <summary>What was typed, else what the environment says, if the command has this option.</summary>
    public string? Get(Option<string> option, string variable) =>
        _parsed.GetValue(option) ?? (_parsed.CommandResult.Command.Options.Contains(option) ? Variable(variable) : null);

    public T GetRequired<T>(Option<T> option) => _parsed.GetRequiredValue(option);

    public T GetRequired<T>(Argument<T> argument) => _parsed.GetRequiredValue(argument);

    public T? Get<T>(Argument<T> argument) => _parsed.GetValue(argument);

    public bool Has(Option option) => _parsed.GetResult(option) is { Implicit: false };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Uri ReadUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        ? url
        : throw new UsageException($"{text} is no address of a server; give --url or {GlobalOptions.UrlVariable} like {GlobalOptions.DefaultUrl}.");

    public ValueTask DisposeAsync()
    {
        if (_connection.IsValueCreated)
            _connection.Value.Dispose();
        return ValueTask.CompletedTask;
    }
}
