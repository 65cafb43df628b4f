using System.Diagnostics;
using Npgsql;
using Swift.Cli.Terminal;

namespace Swift.Cli.Hosting;

/// <summary>A PostgreSQL server that somebody else runs.</summary>
internal static class GivenDatabase
{
    private static readonly TimeSpan UntilNextAttempt = TimeSpan.FromSeconds(0.5);

    /// <summary>Returns when it lets us in; one that is not up yet is waited for.</summary>
    /// <param name="say">Told that it is waited for.</param>
    /// <exception cref="UsageException">The connection string cannot be meant, or the server refuses it.</exception>
    /// <exception cref="TimeoutException">No server came.</exception>
    public static async Task WaitAsync(string connectionString, TimeSpan patience, Action<string> say, CancellationToken ct)
    {
        var (waited, said) = (Stopwatch.StartNew(), false);
        await using var source = Open(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var place = $"{settings.Host}:{settings.Port}";
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                return;
            }
            catch (PostgresException refused) when (refused.SqlState != PostgresErrorCodes.CannotConnectNow)
            {
                throw new UsageException($"PostgreSQL does not accept --database: {refused.MessageText}.");
            }
            catch (NpgsqlException away)
            {
                if (waited.Elapsed > patience)
                    throw new TimeoutException($"PostgreSQL at {place} cannot be reached ({away.GetBaseException().Message}). Start it, or correct --database.", away);
                if (!said)
                    say($"waiting up to {patience.TotalSeconds:0} s for PostgreSQL at {place} ({away.GetBaseException().Message})");
                said = true;
            }
            await Task.Delay(UntilNextAttempt, ct);
        }
    }

    private static NpgsqlDataSource Open(string connectionString)
    {
        try
        {
            return NpgsqlDataSource.Create(connectionString);
        }
        catch (Exception problem) when (problem is ArgumentException or FormatException)
        {
            throw new UsageException($"--database: {problem.Message} Write \"Host=…;Username=…;Password=…;Database=…\".");
        }
    }
}
