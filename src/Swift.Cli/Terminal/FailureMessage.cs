using System.Net.Sockets;
using Npgsql;
using Refit;
using Swift.Cli.Api;
using Swift.Contracts.Experiments;

namespace Swift.Cli.Terminal;

/// <summary>What a person is told about an exception, and what the process ends with.</summary>
internal static class FailureMessage
{
    /// <param name="url">Where the API was looked for; asked only when it was.</param>
    public static (string Message, int ExitCode) Of(Exception problem, Func<Uri> url) => problem switch
    {
        UsageException => (problem.Message, ExitCode.WrongUsage),
        ApiProblem api => (api.Message, api.IsWrongInput ? ExitCode.WrongUsage : ExitCode.WorkFailed),
        SwiftException swift => (swift.Reason.Message, swift.Reason.Kind == FailureKind.BadInput ? ExitCode.WrongUsage : ExitCode.WorkFailed),
        _ when IsUnreachable(problem) =>
            ($"no Swift answers at {url()} ({Innermost(problem).Message}). Start one with `swift up`, or give its address with --url.", ExitCode.WorkFailed),
        PostgresException refused => ($"PostgreSQL: {refused.MessageText}", ExitCode.WorkFailed),
        IOException or UnauthorizedAccessException or TimeoutException or NpgsqlException => (problem.Message, ExitCode.WorkFailed),
        _ => ($"a defect: {problem}", ExitCode.WorkFailed),
    };

    /// <summary>No answer came: the server is away, or was lost in the middle of an answer.</summary>
    public static bool IsUnreachable(Exception problem) =>
        problem is HttpRequestException or ApiRequestException or HttpIOException || (problem is IOException && Innermost(problem) is SocketException);

    private static Exception Innermost(Exception problem) => problem.InnerException is { } inner ? Innermost(inner) : problem;
}

/// <summary>The command line was understood but cannot be meant like that.</summary>
internal sealed class UsageException(string message) : Exception(message);
