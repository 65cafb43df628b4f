using System.Text.Json;
using Swift.Cli;
using Swift.Contracts;

namespace Swift.EndToEnd.Tests.CommandLine;

/// <summary>
/// The command line in this process, as somebody types it. It writes to the process's standard streams, so tests that use it are in the
/// collection of this name: nothing else runs meanwhile.
/// </summary>
internal static class TypedCommand
{
    internal static async Task<(int ExitCode, string Result, string Messages)> RunAsync(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using StringWriter result = new(), messages = new();
        Console.SetOut(result);
        Console.SetError(messages);
        try
        {
            return (await SwiftCommandLine.RunAsync(arguments), result.ToString(), messages.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    /// <summary>What a command that succeeds prints with <c>--json</c>.</summary>
    internal static async Task<T> ReadAsync<T>(params string[] arguments)
    {
        var (exitCode, result, messages) = await RunAsync([.. arguments, "--json"]);
        exitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {messages}");
        return JsonSerializer.Deserialize<T>(result, SwiftJson.Options)!;
    }
}

[CollectionDefinition(nameof(TypedCommand), DisableParallelization = true)]
public sealed class TypedCommandCollection;
