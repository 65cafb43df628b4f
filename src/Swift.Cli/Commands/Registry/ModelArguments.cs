using System.CommandLine;

namespace Swift.Cli.Commands.Registry;

/// <summary>What the commands of this folder ask for, each created for the command that adds it.</summary>
internal static class ModelArguments
{
    public static Argument<string> Name() => new("name") { Description = "Of the registered model", HelpName = "NAME" };

    public static Argument<string> Alias() => new("alias")
    {
        Description = "Default: champion",
        HelpName = "ALIAS",
        DefaultValueFactory = _ => "champion",
    };

    public static Option<string> Reason() => new("--reason") { Description = "Why; it becomes part of the history", Required = true };
}
