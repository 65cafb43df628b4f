using System.CommandLine;

namespace Swift.Cli.Hosting;

/// <summary>The folder that holds everything of one Swift: its database, its artifacts, its log.</summary>
internal static class DataFolder
{
    public static Option<string> CreateOption() => new("--data")
    {
        Description = $"Folder for database and artifacts. Default: {Default}",
        HelpName = "DIR",
    };

    public static string Resolve(string? given) => Path.GetFullPath(given ?? Default);

    private static string Default => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "swift");
}
