using System.Globalization;
using Npgsql;
using Swift.Hosting.Postgres;

namespace Swift.Testing;

/// <summary>A PostgreSQL of its own for tests, gone after them. A test that wants nothing shared takes a database of its own.</summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private int _databases;

    private PostgresCluster(TemporaryFolder folder, EmbeddedPostgres server) => (_folder, Server) = (folder, server);

    /// <summary>Why tests that need a cluster are skipped; null when PostgreSQL is installed.</summary>
    public static string? Unavailable
    {
        get
        {
            try
            {
                PostgresBinaries.Find();
                return null;
            }
            catch (Swift.Contracts.Experiments.SwiftException missing)
            {
                return missing.Message;
            }
        }
    }

    public EmbeddedPostgres Server { get; }

    /// <summary>Of the database <c>swift</c>, which exists and is empty.</summary>
    public string ConnectionString => Server.ConnectionString;

    public static async Task<PostgresCluster> StartAsync(CancellationToken ct = default)
    {
        var folder = new TemporaryFolder();
        try
        {
            Directory.CreateDirectory(folder["postgres"]);
            await File.WriteAllTextAsync(folder["postgres/port"], FreePort.Take().ToString(CultureInfo.InvariantCulture), ct);
            return new PostgresCluster(folder, await EmbeddedPostgres.StartAsync(folder["postgres"], ct));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>A new, empty database; answers its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken ct = default)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(ct);
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync(ct);
        // Pools of tests that ended hold their connections for minutes otherwise, and those of a whole run are more than a server takes.
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name, ConnectionIdleLifetime = 2, ConnectionPruningInterval = 1 }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
