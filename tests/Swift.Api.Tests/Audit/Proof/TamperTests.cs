using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;
using Swift.Api.Audit.Verification;
using Swift.Api.Tests.Experiments;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Proof;

public sealed class TamperTests(SealedLog log) : IClassFixture<SealedLog>, IAsyncDisposable
{
    private static readonly (string Column, string Type)[] Columns =
    [
        ("data", "jsonb"), ("headers", "jsonb"), ("type", "varchar"), ("user_name", "varchar"), ("correlation_id", "varchar"), ("causation_id", "varchar"),
        ("timestamp", "timestamptz"), ("tenant_id", "varchar"), ("mt_dotnet_type", "varchar"), ("id", "uuid"), ("stream_id", "uuid"), ("version", "bigint"),
    ];

    public async ValueTask DisposeAsync() => await log.Restore();

    [Fact]
    public async Task An_untouched_log_is_sound()
    {
        var report = await log.Verify();
        report.Findings.ShouldBeEmpty();
        report.Sound.ShouldBeTrue();
        report.Unsealed.ShouldBe(0);
        report.Events.ShouldBe(await log.Get<long>("select count(*) from swift.mt_events where type <> 'tombstone'"));
        report.Head!.TreeSize.ShouldBe(report.Events);
        report.Anchors.ShouldBeGreaterThanOrEqualTo(report.Heads);
        report.Heads.ShouldBeGreaterThan(1);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(log.Settings.KeyFile!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task One_flipped_byte_in_any_of_200_random_events_is_found_and_the_event_named()
    {
        var random = new Random(20261124);
        var sequences = await Sequences();
        for (var i = 0; i < 200; i++)
        {
            var sequence = sequences[random.Next(sequences.Count)];
            var how = await Flip(sequence, random);
            var report = await log.Verify();
            report.Sound.ShouldBeFalse(how);
            (report.Findings[0].Code, report.Findings[0].Sequence).ShouldBe(("event_altered", sequence), how);
            report.Findings.Skip(1).ShouldAllBe(finding => finding.Code == "stream_has_gaps", how);
            await log.Execute("delete from swift.mt_events where seq_id = $1", sequence);
            await log.Execute("insert into swift.mt_events select * from backup.mt_events where seq_id = $1", sequence);
        }
        (await log.Verify()).Sound.ShouldBeTrue();
    }

    [Fact]
    public async Task A_deleted_event_is_found_even_when_its_stream_was_mended()
    {
        var sequence = (await Sequences())[40];
        var id = await log.Get<Guid>("select id from swift.mt_events where seq_id = $1", sequence);
        // Over negative versions, so that no two rows have the same one on the way, in whatever order they are visited.
        await log.Execute(
            """
            with gone as (delete from swift.mt_events where seq_id = $1 returning stream_id, version)
            update swift.mt_events e set version = -e.version from gone where e.stream_id = gone.stream_id and e.version > gone.version
            """, sequence);
        await log.Execute("update swift.mt_events set version = -version - 1 where version < 0");
        (await First()).ShouldBe(("event_deleted", sequence, id));
    }

    [Fact]
    public async Task Two_swapped_events_are_both_found()
    {
        var sequences = await Sequences();
        var (a, b) = (sequences[20], sequences[21]);
        await log.Execute("update swift.mt_events set seq_id = case seq_id when $1 then -$2 else -$1 end where seq_id in ($1, $2)", a, b);
        await log.Execute("update swift.mt_events set seq_id = -seq_id where seq_id < 0");
        var swapped = await log.Verify();
        swapped.Findings.Select(finding => (finding.Code, finding.Sequence)).ShouldBe([("event_altered", a), ("event_altered", b)]);
        await log.Restore();

        await log.Execute(
            "update swift.mt_events e set data = other.data from swift.mt_events other where (e.seq_id, other.seq_id) in (($1, $2), ($2, $1))", a, b);
        (await log.Verify()).Findings.Select(finding => finding.Sequence).ShouldBe([a, b]);
    }

    [Fact]
    public async Task An_event_that_was_put_in_afterwards_is_found()
    {
        var sequence = (await Sequences())[10];
        await log.Execute(
            """
            insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id)
            select -1, gen_random_uuid(), stream_id, 100000, data, type, timestamp, tenant_id from swift.mt_events where seq_id = $1
            """, sequence);
        (await log.Verify()).Findings[0].Code.ShouldBe("event_inserted");
    }

    [Fact]
    public async Task A_truncated_tail_is_found_by_leaves_by_heads_and_by_anchors()
    {
        var cut = (await Sequences())[^20];
        var (leaf, id) = (await log.Get<long>("select index from swift.audit_leaves where sequence = $1", cut), await log.Get<Guid>("select id from swift.mt_events where seq_id = $1", cut));
        await log.Execute("delete from swift.mt_events where seq_id >= $1", cut);
        await log.Execute("update swift.mt_streams s set version = (select max(version) from swift.mt_events e where e.stream_id = s.id)");
        (await First()).ShouldBe(("event_deleted", cut, id));

        await Reseal();
        var byHeads = await log.Verify(anchors: false);
        (byHeads.Findings[0].Code, byHeads.Findings[0].LeafIndex).ShouldBe(("log_truncated", leaf));

        await log.Execute("delete from swift.audit_heads where tree_size > $1", leaf);
        (await log.Verify(anchors: false)).Sound.ShouldBeTrue("nothing in the database tells any more");
        var byAnchors = await log.Verify();
        (byAnchors.Findings[0].Code, byAnchors.Findings[0].LeafIndex).ShouldBe(("log_truncated", leaf));
        byAnchors.Findings[0].Message.ShouldContain(log.Settings.AnchorFile!);
    }

    [Fact]
    public async Task An_event_rewritten_together_with_its_leaf_and_the_tree_is_found_by_the_heads()
    {
        var sequence = (await Sequences())[100];
        var leaf = await log.Get<long>("select index from swift.audit_leaves where sequence = $1", sequence);
        await log.Execute("update swift.mt_events set user_name = 'somebody-else' where seq_id = $1", sequence);
        await Reseal();
        var report = await log.Verify(anchors: false);
        report.Findings.ShouldAllBe(finding => finding.Code == "log_rewritten");
        var before = await log.Get<long>("select coalesce(max(tree_size), 0) from swift.audit_heads where tree_size <= $1", leaf);
        report.Findings[0].LeafIndex.ShouldBe(before);

        await log.Execute("delete from swift.audit_heads");
        (await log.Verify(anchors: false)).Sound.ShouldBeTrue("nothing in the database tells any more");
        (await log.Verify()).Findings[0].Code.ShouldBe("log_rewritten");
    }

    [Fact]
    public async Task Altered_nodes_heads_and_leaves_are_found()
    {
        await log.Execute("update swift.audit_nodes set hash = sha256(hash) where level = 2 and index = 3");
        var node = (await log.Verify()).Findings[0];
        (node.Code, node.LeafIndex).ShouldBe(("node_altered", 12L));
        await log.Restore();

        await log.Execute("delete from swift.audit_nodes where level = 1 and index = 0");
        (await log.Verify()).Findings.ShouldContain(finding => finding.Code == "node_missing");
        await log.Restore();

        await log.Execute("update swift.audit_heads set signed_at = signed_at + interval '1 hour' where tree_size = (select max(tree_size) from swift.audit_heads)");
        (await log.Verify()).Findings[0].Code.ShouldBe("head_not_signed");
        await log.Restore();

        await log.Execute("delete from swift.audit_leaves where index = 7");
        var missing = (await log.Verify()).Findings[0];
        (missing.Code, missing.LeafIndex).ShouldBe(("leaf_missing", 7L));
        await log.Restore();
        (await log.Verify()).Sound.ShouldBeTrue();
    }

    [Fact]
    public async Task Heads_of_a_key_that_was_not_given_are_one_finding_for_the_database_and_one_for_the_anchors()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["other.pem"], other.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);
        var given = await log.Verify();
        var report = await LogVerification.RunAsync(log.Superuser, [folder["other.pem"]], [log.Settings.AnchorFile!], TestContext.Current.CancellationToken);
        report.Sound.ShouldBeFalse();
        report.Head.ShouldBeNull();
        report.Findings.Select(finding => finding.Code).ShouldBe(["head_not_signed", "anchor_not_signed"]);
        report.Findings[0].Message.ShouldStartWith($"{given.Heads} heads in the database, of ");
        report.Findings[0].Message.ShouldEndWith($"to {given.Head!.TreeSize} events, are signed with the key {given.Head.KeyId}, which is not given.");
    }

    [Fact]
    public async Task A_restored_old_backup_is_found_and_not_signed()
    {
        await using var connection = new NpgsqlConnection(log.Backup);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var report = await log.Verify(connection);
        report.Events.ShouldBeGreaterThan(50);
        report.Findings.ShouldAllBe(finding => finding.Code == "log_truncated" && finding.LeafIndex == report.Events);
        (await log.Verify(connection, anchors: false)).Sound.ShouldBeTrue("nothing in the database tells");

        await using var plane = await ControlPlane.Start(log.Backup, log.Folder, audit: log.Settings);
        var signer = plane.Services.GetRequiredService<HeadSigner>();
        while (signer.Problem is null) await Task.Delay(50, TestContext.Current.CancellationToken);
        signer.Problem.ShouldContain($"the log holds {report.Events}");
        using var ready = await plane.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        (await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("anchored outside of the database");
        await plane.Stop();
    }

    [Fact]
    public async Task Many_sealers_at_once_make_one_log_and_a_late_event_is_sealed_late()
    {
        var sequences = await Sequences();
        // Nothing can follow in a stream before it is committed, so a late event is the newest of its stream.
        var late = await log.Get<long>("select max(seq_id) from swift.mt_events where type <> 'tombstone' group by stream_id order by 1 offset 1 limit 1");
        await log.Execute("delete from swift.audit_leaves; delete from swift.audit_nodes; delete from swift.audit_heads; delete from swift.mt_events where seq_id = " + late);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            await using var connection = new NpgsqlConnection(log.Superuser.ConnectionString + $";Password={Password()}");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            for (var ceiling = sequences[0] + (7 * i); ceiling < sequences[^1] + 50; ceiling += 50)
            {
                await LogSealer.SealAsync(connection, ceiling, everything: i == 0, TestContext.Current.CancellationToken);
            }
        }));
        (await log.Get<long>("select count(*) from swift.audit_leaves")).ShouldBe(sequences.Count - 1);
        await log.Execute("insert into swift.mt_events select * from backup.mt_events where seq_id = $1", late);
        (await LogSealer.SealAsync(log.Superuser, sequences[^1], everything: false, TestContext.Current.CancellationToken)).ShouldBe(sequences.Count);
        (await log.Get<long>("select index from swift.audit_leaves where sequence = $1", late)).ShouldBe(sequences.Count - 1);
        var report = await log.Verify(anchors: false);
        (report.Sound, report.Events, report.Unsealed).ShouldBe((true, sequences.Count, 0));
    }

    private string Password() => new NpgsqlConnectionStringBuilder(log.Backup).Password!;

    private async Task<(string Code, long? Sequence, Guid? Id)> First()
    {
        var report = await log.Verify();
        report.Sound.ShouldBeFalse();
        return (report.Findings[0].Code, report.Findings[0].Sequence, report.Findings[0].EventId);
    }

    /// <summary>What whoever can do anything but sign would do: a log that fits what is stored now.</summary>
    private async Task Reseal()
    {
        await log.Execute("delete from swift.audit_leaves; delete from swift.audit_nodes");
        await LogSealer.SealAsync(log.Superuser, long.MaxValue, everything: true, TestContext.Current.CancellationToken);
    }

    private async Task<IReadOnlyList<long>> Sequences() =>
        await log.Get<long[]>("select array_agg(seq_id order by seq_id) from swift.mt_events where type <> 'tombstone'");

    /// <summary>Flips one bit of one byte of any column, so that the database takes it for another value.</summary>
    private async Task<string> Flip(long sequence, Random random)
    {
        while (true)
        {
            var (column, type) = Columns[random.Next(Columns.Length)];
            if (await log.Get<object>($"select {column}::text from swift.mt_events where seq_id = $1", sequence) is not string text) continue;
            var bytes = Encoding.UTF8.GetBytes(text);
            var place = random.Next(bytes.Length);
            bytes[place] ^= (byte)(1 << random.Next(7));
            try
            {
                await log.Execute($"update swift.mt_events set {column} = $1::text::{type} where seq_id = $2", Encoding.UTF8.GetString(bytes), sequence);
            }
            catch (PostgresException)
            {
                continue;
            }
            if (await log.Get<string>($"select {column}::text from swift.mt_events where seq_id = $1", sequence) != text) return $"{column} of event {sequence}, byte {place}";
        }
    }
}
