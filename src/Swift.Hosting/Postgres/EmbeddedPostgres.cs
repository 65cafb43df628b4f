using System.Diagnostics.Metrics;
using System.Globalization;
using Npgsql;
using Swift.Contracts.Experiments;
using Swift.Hosting.Telemetry;

namespace Swift.Hosting.Postgres;

/// <summary>
/// A PostgreSQL cluster in a folder, started and owned by Swift: loopback only, one user with a password, on a port that it
/// keeps. A cluster that outlived its killed owner is taken over; one that dies is started again on the same port, so whoever
/// uses it only has to connect again.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string Name = "swift";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly Counter<int> RestartCounter = SwiftInstruments.Meter.CreateCounter<int>(
        "swift.postgres.restarts", description: "Times the embedded PostgreSQL was found dead and started again");

    private readonly ClusterFolder _folder;
    private readonly string _binaries;
    private readonly UnprivilegedUser _user;
    private readonly CancellationTokenSource _stopping = new();
    private Task _supervisor = Task.CompletedTask;

    private EmbeddedPostgres(ClusterFolder folder, string binaries, UnprivilegedUser user)
    {
        (_folder, _binaries, _user) = (folder, binaries, user);
        Port = folder.Port(running: PostmasterId() is not null);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = Port, Username = Name, Password = folder.Password(), Database = Name,
        }.ConnectionString;
    }

    public int Port { get; }

    /// <summary>For the database <c>swift</c>, with its password: not for logs.</summary>
    public string ConnectionString { get; }

    /// <summary>Times it was found dead and started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts (or makes, or takes over) the cluster in a folder and keeps it running until disposed.</summary>
    /// <exception cref="SwiftException"><c>data_folder_in_use</c>, <c>postgres_missing</c>, <c>postgres_failed</c>, <c>no_unprivileged_user</c></exception>
    public static async Task<EmbeddedPostgres> StartAsync(string folder, CancellationToken ct = default)
    {
        var binaries = PostgresBinaries.Find();
        var user = UnprivilegedUser.Choose();
        var cluster = ClusterFolder.Take(folder);
        try
        {
            user.OpenWayTo(folder);
            var postgres = new EmbeddedPostgres(cluster, binaries, user);
            await postgres.InitializeAsync(ct);
            await postgres.EnsureRunningAsync(ct);
            await postgres.EnsureDatabaseAsync(ct);
            postgres._supervisor = postgres.SuperviseAsync(postgres._stopping.Token);
            return postgres;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Process id of the postmaster; null when it does not run.</summary>
    public int? PostmasterId()
    {
        try
        {
            var note = File.ReadAllText(Path.Combine(_folder.Data, "postmaster.pid"));
            var id = int.Parse(note.AsSpan(0, note.IndexOf('\n')), CultureInfo.InvariantCulture);
            // The number may be another process's by now. A postmaster stands in its data folder, beside this note.
            return File.ReadAllText($"/proc/{id}/cwd/postmaster.pid") == note ? id : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Stops the cluster; its connections are broken off, nothing committed is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervisor;
        try
        {
            if (PostmasterId() is not null)
                await _user.RunAsync(Path.Combine(_binaries, "pg_ctl"), ["-D", _folder.Data, "-m", "fast", "-w", "stop"], CancellationToken.None);
        }
        finally
        {
            await _folder.DisposeAsync();
            _stopping.Dispose();
        }
    }

    private async Task InitializeAsync(CancellationToken ct)
    {
        if (File.Exists(_folder.Initialized)) return;
        if (Directory.Exists(_folder.Data)) Directory.Delete(_folder.Data, recursive: true); // of a first start that was killed
        Directory.CreateDirectory(_folder.Data);
        await _user.OwnAsync(_folder.Data, ct);
        var password = _folder.CopyPassword();
        await _user.OwnAsync(password, ct);
        await _user.RunAsync(Path.Combine(_binaries, "initdb"),
            ["-D", _folder.Data, "-U", Name, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C"], ct);
        File.Delete(password);
        await File.WriteAllTextAsync(_folder.Initialized, "", ct);
    }

    private async Task EnsureRunningAsync(CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(StartTimeout);
        while (true)
        {
            try
            {
                if (PostmasterId() is null) await StartServerAsync(patience.Token);
                await using var connection = new NpgsqlConnection(Administrative());
                await connection.OpenAsync(patience.Token);
                return;
            }
            // Recovering, or children of a killed postmaster still hold its shared memory: they go within moments.
            catch (Exception e) when (e is NpgsqlException or SwiftException && !patience.IsCancellationRequested)
            {
                await Task.Delay(LookEvery, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (patience.IsCancellationRequested && !ct.IsCancellationRequested) throw Failed(e);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw Failed(e);
            }
        }
    }

    private Task StartServerAsync(CancellationToken ct)
    {
        var options = $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
            + " -c client_connection_check_interval=500"; // a dead client's locks go in half a second instead of a minute
        // The server must not inherit our pipes: they would stay open as long as it runs.
        return _user.RunAsync("/bin/sh",
            ["-c", "exec \"$0\" \"$@\" </dev/null >/dev/null 2>&1",
                Path.Combine(_binaries, "pg_ctl"), "-D", _folder.Data, "-l", _folder.ServerLog, "-o", options, "-w", "-t", "60", "start"], ct);
    }

    private async Task EnsureDatabaseAsync(CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Administrative());
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{Name}'", connection);
        if (await exists.ExecuteScalarAsync(ct) is not null) return;
        await using var create = new NpgsqlCommand($"create database {Name}", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested || PostmasterId() is not null) continue;
            Restarts++;
            RestartCounter.Add(1);
            // One that cannot start now (a full disk) is tried again; meanwhile health checks show it and its log says why.
            await EnsureRunningAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private string Administrative() =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false, Timeout = 5 }.ConnectionString;

    private SwiftException Failed(Exception inner)
    {
        var log = File.Exists(_folder.ServerLog) ? string.Join('\n', File.ReadLines(_folder.ServerLog).TakeLast(5)) : inner.Message;
        return new SwiftException(new FailureReason(FailureKind.Infrastructure, "postgres_failed",
            $"PostgreSQL in {_folder.Data} did not start within {StartTimeout.TotalSeconds:0} seconds:\n{log}"), inner);
    }
}
