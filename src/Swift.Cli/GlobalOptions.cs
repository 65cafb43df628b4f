using System.CommandLine;

namespace Swift.Cli;

/// <summary>Options that every command has.</summary>
internal static class GlobalOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5005";

    public const string UrlVariable = "SWIFT_URL";

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Results as JSON on standard output; messages go to standard error",
        Recursive = true,
    };

    public static Option<string> Url { get; } = new("--url")
    {
        Description = $"Address of the API. Default: {UrlVariable}, or {DefaultUrl}",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string> ApiKey { get; } = new("--api-key", "--api_key")
    {
        Description = "Key for the API. Default: SWIFT_API_KEY, or for a server of this machine the key in its data folder",
        HelpName = "KEY",
        Recursive = true,
    };
}
