using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Marten;
using Npgsql;
using Swift.Api.Audit;
using Swift.Api.Audit.Merkle;
using Swift.Api.Tests.Audit.Replay;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Proof;

public sealed class ProofTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _database = null!;
    private ControlPlane _plane = null!;
    private ExperimentView _end = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AuditSettings Settings => AuditSettings.In(_folder.Path);

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabase();
        _plane = await ControlPlane.Start(_database, _folder.Path, audit: Settings);
        _end = await Finish(_plane);
        await _plane.UntilSigned();
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.Stop();
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Proofs_over_HTTP_lead_to_the_signed_head_which_every_answer_carries()
    {
        var published = await Get<PublishedHead>("/v1/audit/tree-head");
        var events = await DisturbedExperiment.Events(_plane, _end.Id);
        // And the event of the key that the tests show.
        published.Head.TreeSize.ShouldBe(events.Count + 1);
        foreach (var e in events.Where((_, i) => i % 9 == 0))
        {
            var proof = await Get<InclusionProof>($"/v1/audit/inclusion/{e.Id}");
            var leaf = MerkleHash.Leaf(System.Text.Encoding.UTF8.GetBytes(proof.Leaf));
            Convert.ToHexStringLower(leaf).ShouldBe(proof.LeafHash);
            Convert.ToHexStringLower(MerkleProof.RootOfInclusion(proof.LeafIndex, proof.Head.TreeSize, leaf, Bytes(proof.Proof))!).ShouldBe(proof.Head.RootHash);
            proof.Leaf.ShouldContain(e.Type);
        }
        for (var from = 1; from <= events.Count; from += 7)
        {
            var proof = await Get<ConsistencyProof>($"/v1/audit/consistency?from={from}");
            proof.ToRoot.ShouldBe(published.Head.RootHash);
            MerkleProof.IsConsistent(from, proof.To, Convert.FromHexString(proof.FromRoot), Convert.FromHexString(proof.ToRoot), Bytes(proof.Proof)).ShouldBeTrue();
        }
        using var any = await _plane.Http.GetAsync("/v1/experiments", Ct);
        any.Headers.GetValues("Swift-Tree-Head").Single().ShouldBe(
            $"{published.Head.TreeSize} {published.Head.RootHash} {published.Head.Timestamp} {published.Head.KeyId} {published.Head.Signature}");
        (await Get<AuditReport>("/v1/audit/verify")).ShouldSatisfyAllConditions(report => report.Sound.ShouldBeTrue(), report => report.Events.ShouldBe(events.Count + 1));
    }

    [Theory]
    [InlineData("inclusion/00000000-0000-0000-0000-0000000000aa", 404)]
    [InlineData("consistency?from=0", 400)]
    [InlineData("consistency?from=3&to=2", 400)]
    [InlineData("consistency?from=1&to=1000000", 400)]
    [InlineData("export?from=1000000", 400)]
    public async Task What_cannot_be_proven_is_refused(string path, int status)
    {
        using var response = await _plane.Http.GetAsync("/v1/audit/" + path, Ct);
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task The_database_refuses_to_change_history_and_lets_events_be_archived()
    {
        await using var source = NpgsqlDataSource.Create(_database);
        string[] refused =
        [
            "update swift.mt_events set user_name = 'x' where seq_id = 1", "update swift.mt_events set data = '{}', is_archived = true where seq_id = 1",
            "delete from swift.mt_events where seq_id = 1", "truncate swift.mt_events cascade", "delete from swift.mt_streams",
            "update swift.audit_nodes set hash = hash", "delete from swift.audit_leaves", "truncate swift.audit_heads", "update swift.audit_heads set key_id = ''",
        ];
        foreach (var sql in refused)
        {
            await using var command = source.CreateCommand(sql);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe("42501", sql);
        }
        await using var archive = source.CreateCommand("update swift.mt_events set is_archived = true where seq_id = 1");
        (await archive.ExecuteNonQueryAsync(Ct)).ShouldBe(1);
        (await Get<AuditReport>("/v1/audit/verify")).Sound.ShouldBeTrue();
    }

    [Fact]
    public async Task Rebuilt_read_models_a_restart_and_a_second_node_leave_one_log_that_goes_on()
    {
        var before = (await Get<PublishedHead>("/v1/audit/tree-head")).Head;
        using (var rebuilt = await _plane.Http.PostAsync("/v1/admin/read-models:rebuild", null, Ct))
        {
            rebuilt.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        await _plane.Stop();
        await _plane.DisposeAsync();
        _plane = await ControlPlane.Start(_database, _folder.Path, audit: Settings);
        await using var second = await ControlPlane.Start(_database, _folder.Path, audit: Settings);
        await Task.WhenAll(Finish(_plane), Finish(second));
        await _plane.UntilSigned();
        await second.Stop();

        var report = await Get<AuditReport>("/v1/audit/verify");
        report.Findings.ShouldBeEmpty();
        report.Events.ShouldBeGreaterThan(2 * before.TreeSize);
        (await Get<ConsistencyProof>($"/v1/audit/consistency?from={before.TreeSize}")).FromRoot.ShouldBe(before.RootHash);
    }

    [Fact]
    public async Task A_verifier_in_Python_written_from_the_docs_accepts_exports_and_rejects_altered_ones()
    {
        var (whole, one) = (_folder["all.ndjson"], _folder["one.ndjson"]);
        await File.WriteAllBytesAsync(whole, await _plane.Http.GetByteArrayAsync("/v1/audit/export?from=1&from=8&from=21", Ct), Ct);
        await File.WriteAllBytesAsync(one, await _plane.Http.GetByteArrayAsync($"/v1/audit/export?experiment={_end.Id}", Ct), Ct);
        var head = (await Get<PublishedHead>("/v1/audit/tree-head")).Head;
        await WritePublicKey(await File.ReadAllTextAsync(Settings.KeyFile!, Ct), "public.pem");
        using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256)) await WritePublicKey(other.ExportPkcs8PrivateKeyPem(), "other.pem");
        (await Python(whole, "--key", _folder["public.pem"], "--anchors", Settings.AnchorFile!))
            .ShouldStartWith($"OK: {head.TreeSize} events (the whole log): canonical, in order, and in the log of {head.TreeSize}");
        (await Python(one, "--key", _folder["public.pem"], "--key", _folder["other.pem"])).ShouldStartWith($"OK: {_end.Version} events (stream {_end.Id})");
        (await Python(whole, "--key", _folder["other.pem"])).ShouldContain("head_not_signed: key " + head.KeyId);

        var lines = await File.ReadAllLinesAsync(whole, Ct);
        await Rejects(lines, 12, line => line.Replace("\\\"type\\\":\\\"", "\\\"type\\\":\\\"x"), "line 13: event_altered: leaf 8 is not what was sealed");
        await Rejects(lines, 12, line => line.Replace("\"index\":8", "\"index\":7"), "line 13: event_deleted: index 7 after 7");
        await Rejects(lines, 2, line => line.Replace("\"from\":8", "\"from\":9"), "line 3: ");
        await Rejects(lines, 0, line => line.Replace($"\"tree_size\":{head.TreeSize}", $"\"tree_size\":{head.TreeSize - 1}"), "line 1: head_not_signed");
        await Rejects(lines, 0, line => line.Replace(head.RootHash, new string('a', 64)), "line 1: head_not_signed");
        await Rejects([.. lines[..^1]], 1, line => line, $"event_deleted: {head.TreeSize} events in the head, but the last index is {head.TreeSize - 2}");
        await Rejects([.. lines[..8], .. lines[9..]], 1, line => line, "line 9: event_deleted");
        await Rejects([.. lines[..7], lines[8], lines[7], .. lines[9..]], 1, line => line, "line 8: event_deleted");
    }

    private async Task WritePublicKey(string privatePem, string name)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(privatePem);
        await File.WriteAllTextAsync(_folder[name], key.ExportSubjectPublicKeyInfoPem(), Ct);
    }

    private async Task Rejects(string[] lines, int line, Func<string, string> alter, string why)
    {
        var altered = _folder["altered.ndjson"];
        await File.WriteAllLinesAsync(altered, lines.Select((text, i) => i == line ? alter(text) : text), Ct);
        var said = await Python(altered, "--key", _folder["public.pem"]);
        said.ShouldStartWith($"BAD {altered}");
        said.ShouldContain(why);
    }

    private static async Task<string> Python(params string[] arguments)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Swift.sln"))) root = Path.GetDirectoryName(root)!;
        var start = new ProcessStartInfo("python3", [Path.Combine(root, "tests", "audit", "verify.py"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var python = Process.Start(start)!;
            var (output, errors) = (python.StandardOutput.ReadToEndAsync(Ct), python.StandardError.ReadToEndAsync(Ct));
            await python.WaitForExitAsync(Ct);
            python.ExitCode.ShouldBe((await output).StartsWith("OK", StringComparison.Ordinal) ? 0 : 1, await errors);
            return await output + await errors;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("python3 is not installed.");
            throw;
        }
    }

    private async Task<ExperimentView> Finish(ControlPlane plane)
    {
        var id = (await plane.Submit(TestPipeline.Write(_folder.Path))).Id;
        return await plane.Until(id, view => view.Status == ExperimentStatus.Succeeded);
    }

    private static List<byte[]> Bytes(IEnumerable<string> hex) => [.. hex.Select(Convert.FromHexString)];

    private async Task<T> Get<T>(string path) => (await _plane.Http.GetFromJsonAsync<T>(path, SwiftJson.Options, Ct))!;
}
