using Npgsql;
using Swift.Api.Audit;
using Swift.Api.Audit.Verification;
using Swift.Api.Tests.Audit.Replay;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Proof;

/// <summary>
/// A database with some hundred sealed events, the server stopped; a backup of it from half the way; and a superuser who
/// can do anything to it and undo it.
/// </summary>
public sealed class SealedLog(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly string[] Tables = ["mt_events", "mt_streams", "audit_leaves", "audit_nodes", "audit_heads"];
    private readonly TemporaryFolder _folder = new();
    private string _current = null!;

    /// <summary>Of the database as it was at half the way.</summary>
    internal string Backup { get; private set; } = null!;

    internal AuditSettings Settings => AuditSettings.In(_folder.Path);

    internal string Folder => _folder.Path;

    internal string Connection => _current;

    /// <summary>A superuser's, whom no trigger stops.</summary>
    internal NpgsqlConnection Superuser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _current = await postgres.CreateDatabase();
        await Run(async plane => await DisturbedExperiment.Run(plane, _folder.Path));
        Backup = await Copy(_current);
        await Run(async plane =>
        {
            foreach (var accepted in new[] { await plane.Submit(TestPipeline.Write(_folder.Path)), await plane.Submit(TestPipeline.Write(_folder.Path)) })
            {
                await plane.Until(accepted.Id, view => view.Status == ExperimentStatus.Succeeded);
            }
        });
        Superuser = new NpgsqlConnection(_current + ";Pooling=false");
        await Superuser.OpenAsync();
        await Execute("set session_replication_role = replica; create schema backup");
        foreach (var table in Tables) await Execute($"create table backup.{table} as table swift.{table}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Superuser is not null) await Superuser.DisposeAsync();
        _folder.Dispose();
    }

    internal Task<AuditReport> Verify(bool anchors = true) => Verify(Superuser, anchors);

    internal Task<AuditReport> Verify(NpgsqlConnection connection, bool anchors = true) => LogVerification.RunAsync(
        connection, [Settings.KeyFile!], anchors ? [Settings.AnchorFile!] : [], TestContext.Current.CancellationToken);

    internal async Task<int> Execute(string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, Superuser);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteNonQueryAsync();
    }

    internal async Task<T> Get<T>(string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, Superuser);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Undoes everything.</summary>
    internal async Task Restore()
    {
        foreach (var table in Tables) await Execute($"delete from swift.{table}; insert into swift.{table} select * from backup.{table}");
    }

    /// <summary>Runs a server until everything that happened is under a signed head.</summary>
    private async Task Run(Func<ControlPlane, Task> story)
    {
        await using var plane = await ControlPlane.Start(_current, _folder.Path, audit: Settings);
        await story(plane);
        await plane.UntilSigned();
        await plane.Stop();
    }

    private static async Task<string> Copy(string connection)
    {
        var from = new NpgsqlConnectionStringBuilder(connection);
        var to = new NpgsqlConnectionStringBuilder(connection) { Database = from.Database + "_backup" };
        await using var administrator = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { Database = "postgres" }.ConnectionString);
        await using var disconnect = administrator.CreateCommand($"select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '{from.Database}'");
        await disconnect.ExecuteNonQueryAsync();
        await using var copy = administrator.CreateCommand($"create database {to.Database} template {from.Database}");
        await copy.ExecuteNonQueryAsync();
        return to.ConnectionString;
    }
}
