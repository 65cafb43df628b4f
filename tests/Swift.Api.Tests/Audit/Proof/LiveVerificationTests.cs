using Npgsql;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;

namespace Swift.Api.Tests.Audit.Proof;

/// <summary>What a verification says while the log goes on, and when it does not.</summary>
public sealed class LiveVerificationTests(SealedLog log) : IClassFixture<SealedLog>, IAsyncDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await log.Restore();

    [Fact]
    public async Task A_head_that_is_signed_while_a_verification_reads_is_no_sign_of_a_truncated_log()
    {
        var anchors = await File.ReadAllBytesAsync(log.Settings.AnchorFile!, Ct);
        await using var holder = await Open();
        await using var watcher = await Open();
        // Heads are read late, long after the snapshot of the verification was taken.
        await using var held = await holder.BeginTransactionAsync(Ct);
        await using (var hold = new NpgsqlCommand("lock table swift.audit_heads in access exclusive mode", holder)) await hold.ExecuteNonQueryAsync(Ct);
        var verification = log.Verify();
        await using (var waiting = new NpgsqlCommand("select exists (select from pg_locks where relation = 'swift.audit_heads'::regclass and not granted)", watcher))
        {
            while (await waiting.ExecuteScalarAsync(Ct) is not true) await Task.Delay(20, Ct);
        }
        using (var key = SigningKey.Open(log.Settings.KeyFile!))
        {
            new AnchorFile(log.Settings.AnchorFile!).Append(key.Sign(1_000_000, new byte[32], DateTime.UtcNow));
        }
        await held.RollbackAsync(Ct);

        (await verification).Findings.ShouldBeEmpty();
        (await log.Verify()).Findings.ShouldHaveSingleItem().Code.ShouldBe("log_truncated");
        await File.WriteAllBytesAsync(log.Settings.AnchorFile!, anchors, Ct);
    }

    [Fact]
    public async Task A_line_that_is_being_written_is_read_when_it_is_whole_and_one_that_was_cut_off_is_reported()
    {
        var lines = await File.ReadAllLinesAsync(log.Settings.AnchorFile!, Ct);
        var path = Path.Combine(log.Folder, "half.ndjson");
        await File.WriteAllTextAsync(path, string.Join('\n', lines)[..^20], Ct);
        var reading = AnchorFile.ReadAsync(path, Ct);
        await File.AppendAllTextAsync(path, lines[^1][^20..] + "\n", Ct);
        (await reading)!.ShouldAllBe(anchor => anchor.Head != null);

        await File.AppendAllTextAsync(path, lines[^1][..50], Ct);
        (await AnchorFile.ReadAsync(path, Ct))![^1].ShouldBe(new Anchor(path, lines.Length + 1, null));
        (await AnchorFile.ReadAsync(path + "-not-there", Ct)).ShouldBeNull();
    }

    private async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(log.Connection);
        await connection.OpenAsync(Ct);
        return connection;
    }
}
