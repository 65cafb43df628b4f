using Npgsql;

namespace Swift.Api.Errors;

internal static class DatabaseErrors
{
    /// <summary>
    /// Whether the database is not there, or going or coming: classes 08 (connection) and 57P (shut down), or no answer at all.
    /// Any other error is an answer, and does not go away by itself.
    /// </summary>
    internal static bool IsAway(this NpgsqlException e) =>
        e is not PostgresException { SqlState: var state } || state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal);
}
