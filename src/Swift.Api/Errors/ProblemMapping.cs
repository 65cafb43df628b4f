using JasperFx;
using Npgsql;
using Swift.Api.Pipelines;
using Swift.Contracts.Experiments;

namespace Swift.Api.Errors;

/// <summary>Exception → problem. What is not ours to explain says nothing of its inside: the log has it, under the trace id.</summary>
internal static class ProblemMapping
{
    public static Problem Of(Exception exception) => exception switch
    {
        ProblemException { Field: { } field } refusal => Problem.OfField(refusal.Status, refusal.Code, field, refusal.Message),
        ProblemException refusal => Problem.Of(refusal.Status, refusal.Code, refusal.Message),
        SpecificationException refused => Refused(refused),
        SwiftException known => Known(known.Reason),
        BadHttpRequestException request => RequestProblem.Of(request),
        _ when IsDatabaseAway(exception) => Problem.Of(
            StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database cannot be reached now; try again in a few seconds."),
        _ when IsUnstorable(exception) => Problem.Of(
            StatusCodes.Status400BadRequest, "invalid_text", "A text of the request contains the character of code 0, which cannot be stored; leave it out."),
        ConcurrencyException => Problem.Of(
            StatusCodes.Status409Conflict, "concurrent_change", "Somebody else changed this at the same moment; read it again and repeat."),
        _ => Problem.Of(
            StatusCodes.Status500InternalServerError, "internal_error", "Something unforeseen happened; the server's log has it under this trace_id."),
    };

    private static Problem Refused(SpecificationException refused)
    {
        var errors = refused.Errors
            .GroupBy(error => error.Path)
            .ToDictionary(field => field.Key, IReadOnlyList<string> (field) => [.. field.Select(error => error.Message)]);
        var (path, message) = refused.Errors[0];
        var detail = refused.Errors.Count == 1 ? $"{path}: {message}" : $"There are {refused.Errors.Count} errors; the first is at {path}: {message}";
        return Problem.Of(StatusCodes.Status400BadRequest, "invalid_specification", detail, errors);
    }

    private static Problem Known(FailureReason reason) => reason.Kind switch
    {
        FailureKind.BadInput => Problem.Of(StatusCodes.Status400BadRequest, reason.Code, reason.Message),
        FailureKind.Infrastructure when reason.Code == "artifact_missing" => Problem.Of(StatusCodes.Status404NotFound, reason.Code, reason.Message),
        FailureKind.Infrastructure or FailureKind.Lost => Problem.Of(StatusCodes.Status503ServiceUnavailable, reason.Code, reason.Message),
        _ => Problem.Of(StatusCodes.Status500InternalServerError, reason.Code, reason.Message),
    };

    /// <summary>No connection, a broken one, a server that starts or stops: whatever Marten wrapped around it.</summary>
    private static bool IsDatabaseAway(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is NpgsqlException database) return database.IsAway() || database.SqlState == PostgresErrorCodes.TooManyConnections;
        }
        return false;
    }

    /// <summary>PostgreSQL keeps no zeros in texts, be it in columns or in JSON.</summary>
    private static bool IsUnstorable(Exception? exception) => exception is not null
        && (exception is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } || IsUnstorable(exception.InnerException));
}
