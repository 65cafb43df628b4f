using System.Text.RegularExpressions;
using Npgsql;
using Swift.Api.Audit;
using Swift.Api.Audit.Verification;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Experiments;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Proof;

public sealed partial class RoleTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_the_roles_of_the_docs_the_application_works_and_can_only_add_and_the_auditor_can_only_read()
    {
        var owner = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        var settings = AuditSettings.In(folder.Path);
        await using (var first = await ControlPlane.Start(owner, folder.Path, audit: settings))
        {
            await first.Stop();
        }
        await Execute(owner, Roles());

        var application = As(owner, "swift_app");
        await using (var plane = await ControlPlane.Start(application, folder.Path, audit: settings))
        {
            var id = (await plane.Submit(TestPipeline.Write(folder.Path))).Id;
            await plane.Until(id, view => view.Status == ExperimentStatus.Succeeded);
            await plane.UntilSigned();
            await plane.Stop();
        }
        await Execute(application, "update swift.mt_events set is_archived = true where seq_id = 1");
        string[] refused =
        [
            "update swift.mt_events set user_name = 'x'", "delete from swift.mt_events", "delete from swift.mt_streams", "delete from swift.audit_heads",
            "alter table swift.mt_events disable trigger all", "set session_replication_role = replica", "truncate swift.audit_leaves",
        ];
        foreach (var sql in refused)
        {
            (await Should.ThrowAsync<PostgresException>(() => Execute(application, sql))).SqlState.ShouldBe("42501", sql);
        }

        var auditor = As(owner, "swift_auditor");
        (await Should.ThrowAsync<PostgresException>(() => Execute(auditor, "insert into swift.audit_leaves values (0, 0, gen_random_uuid())"))).SqlState.ShouldBe("42501");
        await using var connection = new NpgsqlConnection(auditor);
        await connection.OpenAsync(Ct);
        var report = await LogVerification.RunAsync(connection, [settings.KeyFile!], [settings.AnchorFile!], Ct);
        report.Findings.ShouldBeEmpty();
        report.Events.ShouldBeGreaterThan(50);
    }

    /// <summary>The very statements that operators copy.</summary>
    private static string Roles()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Swift.sln"))) root = Path.GetDirectoryName(root)!;
        return Statements().Match(File.ReadAllText(Path.Combine(root, "docs", "operations.md"))).Groups[1].Value;
    }

    private static string As(string connection, string role) =>
        new NpgsqlConnectionStringBuilder(connection) { Username = role, Password = "change-me" }.ConnectionString;

    private static async Task Execute(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Ct);
    }

    [GeneratedRegex("```sql\n(create role.*?)```", RegexOptions.Singleline)]
    private static partial Regex Statements();
}
