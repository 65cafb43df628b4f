using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Swift.Contracts.Experiments;
using Swift.Hosting.Postgres;
using Swift.Testing;

namespace Swift.Hosting.Tests.Postgres;

/// <summary>With real clusters; where the tests run as root, they run as another user.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public EmbeddedPostgresTests() => Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Data_and_port_are_the_same_after_a_restart()
    {
        string first;
        await using (var postgres = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct))
        {
            first = postgres.ConnectionString;
            await ExecuteAsync(first, "create table kept (x int); insert into kept values (42)");
        }
        await using var again = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct);
        again.ConnectionString.ShouldBe(first);
        (await ExecuteAsync(first, "select x from kept")).ShouldBe(42);
        (await ExecuteAsync(first, "select setting from pg_settings where name = 'client_connection_check_interval'")).ShouldBe("500");
        (await ExecuteAsync(first, "select pg_encoding_to_char(encoding) || ' ' || datcollate from pg_database where datname = 'swift'")).ShouldBe("UTF8 C");
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_what_was_committed()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct);
        await ExecuteAsync(postgres.ConnectionString, "create table kept (x int)");
        for (var kill = 1; kill <= 2; kill++)
        {
            await ExecuteAsync(postgres.ConnectionString, $"insert into kept values ({kill})");
            Process.GetProcessById(postgres.PostmasterId()!.Value).Kill();
            await EventuallyAsync(async () => postgres.Restarts >= kill && (long)(await ExecuteAsync(postgres.ConnectionString, "select count(*) from kept"))! == kill);
        }
    }

    [Fact]
    public async Task A_second_owner_of_the_folder_is_refused()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct);
        var refusal = await Should.ThrowAsync<SwiftException>(() => EmbeddedPostgres.StartAsync(_folder["postgres"], Ct));
        refusal.Reason.Code.ShouldBe("data_folder_in_use");
        refusal.Message.ShouldContain(_folder["postgres"]);
    }

    [Fact]
    public async Task A_server_that_outlived_its_killed_owner_is_taken_over()
    {
        await using (var postgres = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct))
            await ExecuteAsync(postgres.ConnectionString, "create table kept (x int)");
        // What a killed owner leaves: a server that runs, and nobody who holds the lock.
        var port = await File.ReadAllTextAsync(_folder["postgres/port"], Ct);
        await UnprivilegedUser.Choose().RunAsync("/bin/sh",
            ["-c", "exec \"$0\" \"$@\" </dev/null >/dev/null 2>&1", Path.Combine(PostgresBinaries.Find(), "pg_ctl"),
                "-D", _folder["postgres/data"], "-o", $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''", "-w", "start"], Ct);
        var orphan = int.Parse((await File.ReadAllLinesAsync(_folder["postgres/data/postmaster.pid"], Ct))[0], CultureInfo.InvariantCulture);

        await using var heir = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct);
        heir.PostmasterId().ShouldBe(orphan);
        await ExecuteAsync(heir.ConnectionString, "select x from kept");
    }

    [Fact]
    public async Task Nobody_gets_in_without_the_password()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(_folder["postgres"], Ct);
        var stranger = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess", Pooling = false }.ConnectionString;
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(stranger, "select 1"))).SqlState.ShouldBe("28P01");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(_folder["postgres/password"]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await condition()) return;
            }
            catch (NpgsqlException) when (patience.Elapsed < Patience.Longest)
            {
                // not yet
            }
            if (patience.Elapsed > Patience.Longest) throw new TimeoutException("It did not come back.");
            await Task.Delay(100, Ct);
        }
    }
}
