using System.CommandLine;
using Swift.Cli.Terminal;

namespace Swift.Cli.Commands;

/// <summary>A command that does something. Whatever goes wrong ends as a message and an exit code, here and nowhere else.</summary>
internal abstract class SwiftCommand : Command
{
    protected SwiftCommand(string name, string description) : base(name, description) => SetAction(InvokeAsync);

    protected abstract Task<int> RunAsync(CommandRun run, CancellationToken ct);

    private async Task<int> InvokeAsync(ParseResult parsed, CancellationToken ct)
    {
        await using CommandRun run = new(parsed);
        try
        {
            return await RunAsync(run, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            run.Output.Message("interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception problem)
        {
            var (message, exitCode) = FailureMessage.Of(problem, () => run.Url);
            run.Output.Message(message);
            return exitCode;
        }
    }
}
