using Swift.Cli.Hosting;

namespace Swift.Cli.Api;

/// <summary>The key that a command shows to the API.</summary>
internal static class ApiKeyLookup
{
    public const string Variable = "SWIFT_API_KEY";

    /// <summary>What was given on the command line or in the environment; for a server of this machine, else the admin key of its data folder.</summary>
    /// <returns>Null when nothing fits: then the API says what it wants.</returns>
    public static string? Find(Uri url, string? given) =>
        given ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } key ? key : url.IsLoopback ? AdminKeyFile.Find(LocalServers.DataFolderOf(url.Port)) : null);
}
