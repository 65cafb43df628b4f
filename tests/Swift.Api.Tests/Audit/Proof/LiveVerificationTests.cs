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

    [Fact]
    public async Task Events_that_nobody_seals_are_reported_once_they_are_not_new_any_more()
    {
        await Append("now()");
        var fresh = await log.Verify();
        (fresh.Sound, fresh.Unsealed).ShouldBe((true, 1));

        foreach (var old in new[] { "now() - interval '2 minutes'", "'infinity'" })
        {
            await log.Restore();
            var first = await Append(old);
            await Append("now()");
            var report = await log.Verify();
            report.Unsealed.ShouldBe(2);
            var finding = report.Findings.ShouldHaveSingleItem();
            (finding.Code, finding.Sequence).ShouldBe(("not_sealed", first));
            finding.Message.ShouldStartWith("1 events");
        }
    }

    /// <summary>As the application's own role may, to the end of the stream of the newest event.</summary>
    private async Task<long> Append(string time)
    {
        var sequence = await log.Get<long>("select max(seq_id) + 1 from swift.mt_events");
        await log.Execute(
            $"""
            with stream as (update swift.mt_streams s set version = s.version + 1 from swift.mt_events e where e.seq_id = $1 - 1 and s.id = e.stream_id returning s.id, s.version)
            insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select $1, gen_random_uuid(), stream.id, stream.version, e.data, e.type, {time}, e.tenant_id from swift.mt_events e, stream where e.seq_id = $1 - 1
            """, sequence);
        return sequence;
    }

    private async Task<NpgsqlConnection> Open()
    {
        var connection = new NpgsqlConnection(log.Connection);
        await connection.OpenAsync(Ct);
        return connection;
    }
}
