using System.Diagnostics;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Swift.Api.Audit;
using Swift.Api.Audit.Heads;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Proof;

/// <summary>Heads outside of the database, and what happens when they or those in the database cannot be written.</summary>
public sealed class AnchoringTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anchors_go_to_a_file_that_the_system_only_lets_grow()
    {
        using var folder = new TemporaryFolder();
        var path = folder["anchors.ndjson"];
        var file = new AnchorFile(path);
        file.Append(Head(1));
        if (!OperatingSystem.IsLinux() || !await Chattr("+a", path)) Assert.Skip("chattr +a is not possible here.");
        try
        {
            file.Append(Head(2));
            Should.Throw<UnauthorizedAccessException>(() => File.WriteAllText(path, "x"));
        }
        finally
        {
            await Chattr("-a", path);
        }
        await File.AppendAllTextAsync(path, "{\"tree_si", Ct);
        file.Append(Head(3));
        (await AnchorFile.ReadAsync(path, Ct))!.Select(anchor => anchor.Head?.TreeSize).ShouldBe([1, 2, null, 3]);
        (await File.ReadAllBytesAsync(path, Ct))[^1].ShouldBe((byte)'\n');
        file.Last().ShouldBe(Head(3));
    }

    [Fact]
    public async Task A_file_of_anchors_that_cannot_be_added_to_stops_nothing_but_the_signing()
    {
        var database = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        var settings = AuditSettings.In(folder.Path);
        Directory.CreateDirectory(settings.AnchorFile!);
        await using var plane = await ControlPlane.Start(database, folder.Path, audit: settings);
        await Finish(plane, folder);
        await Until(() => plane.Services.GetRequiredService<HeadSigner>().Problem is not null);
        using var ready = await plane.Http.GetAsync("/health/ready", Ct);
        (await ready.Content.ReadAsStringAsync(Ct)).ShouldContain($"\"audit-log\":{{\"status\":\"Degraded\",\"description\":\"The file of anchors {settings.AnchorFile} cannot be added to");
        (await Get<AuditReport>(plane, "/v1/audit/verify")).Heads.ShouldBe(0, "nothing is in the database that is not anchored");
        await Finish(plane, folder);

        Directory.Delete(settings.AnchorFile!);
        await plane.UntilSigned();
        (await Get<AuditReport>(plane, "/v1/audit/verify")).Findings.ShouldBeEmpty();
        await plane.Stop();
    }

    [Fact]
    public async Task A_head_that_the_database_refuses_is_anchored_once_and_told()
    {
        var database = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        var settings = AuditSettings.In(folder.Path);
        await using var plane = await ControlPlane.Start(database, folder.Path, audit: settings);
        await Finish(plane, folder);
        await plane.UntilSigned();
        await Execute(
            database,
            """
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not today' using errcode = '42501'; end $$;
            create trigger refuse before insert on swift.audit_heads for each row execute function refuse();
            """);
        await Finish(plane, folder);
        var signer = plane.Services.GetRequiredService<HeadSigner>();
        await Until(() => signer.Problem is not null);
        signer.Problem.ShouldBe("42501: not today");
        // Some more attempts.
        await Task.Delay(TimeSpan.FromSeconds(3), Ct);
        await Execute(database, "drop trigger refuse on swift.audit_heads");
        await plane.UntilSigned();
        await Until(() => signer.Problem is null);

        (await AnchorFile.ReadAsync(settings.AnchorFile!, Ct))!.Select(anchor => anchor.Head!.TreeSize).ShouldBeUnique();
        (await Get<AuditReport>(plane, "/v1/audit/verify")).Findings.ShouldBeEmpty();
        await plane.Stop();
    }

    private static TreeHead Head(long size) => new(size, new string('a', 64), "2026-11-24T10:15:00.123456Z", "key", "signature");

    private static async Task<bool> Chattr(string flag, string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("chattr", [flag, path]) { RedirectStandardError = true })!;
            await process.WaitForExitAsync(Ct);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task Finish(ControlPlane plane, TemporaryFolder folder)
    {
        var id = (await plane.Submit(TestPipeline.Write(folder.Path))).Id;
        await plane.Until(id, view => view.Status == ExperimentStatus.Succeeded);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(50, Ct);
    }

    private static async Task<T> Get<T>(ControlPlane plane, string path) => (await plane.Http.GetFromJsonAsync<T>(path, SwiftJson.Options, Ct))!;

    private static async Task Execute(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
