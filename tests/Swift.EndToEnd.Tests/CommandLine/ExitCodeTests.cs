using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.CommandLine;

[Collection(nameof(TypedCommand))]
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("experiments", "show")]
    [InlineData("experiments", "list", "--page_size", "many")]
    [InlineData("run", "no/such/file.yaml")]
    [InlineData("dataset", "inspect", "no-such-file.jsonl")]
    [InlineData("artifacts", "get", "sha256:0")]
    public async Task Wrong_usage_ends_with_2(params string[] arguments) => (await TypedCommand.RunAsync(arguments)).ExitCode.ShouldBe(2);

    [Theory]
    [InlineData("--limit", "0")]
    [InlineData("--max_length", "-3")]
    [InlineData("--loss_scale", "half")]
    [InlineData("--modell", "folder")]
    public async Task An_option_that_cannot_be_meant_is_named(string option, string value)
    {
        var (exitCode, _, messages) = await TypedCommand.RunAsync("dataset", "inspect", "rows.jsonl", option, value);
        exitCode.ShouldBe(2);
        messages.ShouldContain(option);
    }

    [Theory]
    [InlineData("--for: 'nonsense' is not one of learn, ", "dataset", "inspect", "rows.jsonl", "--for", "nonsense")]
    [InlineData("KIND: 'nonsense' is not one of train, rollout, eval, export.", "worker", "nonsense")]
    [InlineData("--role: 'boss' is not one of viewer, ", "keys", "create", "a", "--role", "boss")]
    [InlineData("--page_size: 'many' is not a whole number.", "experiments", "list", "--page_size", "many")]
    [InlineData("ID: '7' is not an id", "webhooks", "delete", "7")]
    [InlineData("--days 99999999: is 1 to", "keys", "create", "a", "--days", "99999999")]
    [InlineData("--device gpu: write cpu", "infer", "--model", "no-model.gguf", "--prompt", "a", "--device", "gpu")]
    [InlineData("--device cuda:99", "infer", "--model", "no-model.gguf", "--prompt", "a", "--device", "cuda:99")]
    [InlineData("127.0.0.1:5005 is no address of a server", "experiments", "list", "--url", "127.0.0.1:5005")]
    [InlineData("localhost:5005 is no address of a server", "experiments", "list", "--url", "localhost:5005")]
    [InlineData("--port 70000: is 0", "up", "--port", "70000")]
    [InlineData("--listen db.internal: write the IP address", "up", "--listen", "db.internal")]
    [InlineData("--listen *: write the IP address", "up", "--listen", "*")]
    [InlineData("--listen 192.0.2.7: this machine has no such address", "up", "--listen", "192.0.2.7", "--port", "5999")]
    [InlineData("--bus: rabbit is not RabbitMQ's", "up", "--bus", "rabbit://swift:a-password@broker")]
    [InlineData("--bus: what is given is no address", "doctor", "--bus", "a-password")]
    [InlineData("--anchors goes with --database", "audit", "verify", "--anchors", "anchors.ndjson")]
    [InlineData("--data goes with --database", "audit", "verify", "--data", "folder")]
    [InlineData("--database: ", "audit", "verify", "--database", "Hst=nowhere")]
    public async Task A_value_that_cannot_be_read_is_named_with_what_it_should_be(string message, params string[] arguments)
    {
        var (exitCode, _, messages) = await TypedCommand.RunAsync(arguments);
        exitCode.ShouldBe(2, messages);
        messages.ShouldContain(message);
        messages.ShouldNotContain("a-password");
    }

    [Fact]
    public async Task A_database_that_is_away_is_no_defect()
    {
        var (exitCode, _, messages) = await TypedCommand.RunAsync("audit", "verify", "--database", "Host=127.0.0.1;Port=9");
        exitCode.ShouldBe(1);
        messages.ShouldContain("PostgreSQL at 127.0.0.1:9 cannot be reached");
    }

    [Fact]
    public async Task An_alias_that_was_only_ever_refused_has_nothing_to_go_back_to()
    {
        await using var server = await PretendServer.StartAsync(app => app.MapGet("/v1/models/small/aliases/champion/history", () => Results.Text(
            """[{"at": "2026-11-24T00:00:00Z", "moved": false, "version": 1, "actor": "swift", "reason": "accuracy 0.1 is not >= 0.8"}]""", "application/json")));
        var (exitCode, _, messages) = await TypedCommand.RunAsync("models", "rollback", "small", "champion", "--reason", "bad", "--url", server.Url.ToString());
        exitCode.ShouldBe(2);
        messages.ShouldContain("champion has never meant a version of small");
    }

    [Theory]
    [InlineData("audit", "export", "--output")]
    [InlineData("artifacts", "get", "sha256:0000000000000000000000000000000000000000000000000000000000000000", "--output")]
    public async Task What_was_cut_off_on_its_way_leaves_nothing_behind(params string[] arguments)
    {
        await using var server = await PretendServer.StartAsync(app => app.Map("{**path}", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"kind\":\"head\"}\n");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        using TemporaryFolder folder = new();
        var (exitCode, _, messages) = await TypedCommand.RunAsync([.. arguments, folder["got"], "--url", server.Url.ToString()]);
        exitCode.ShouldBe(1, messages);
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_is_away_ends_with_1_and_says_how_to_start_one()
    {
        var (exitCode, _, messages) = await TypedCommand.RunAsync("experiments", "list", "--url", "http://127.0.0.1:9");
        exitCode.ShouldBe(1);
        messages.ShouldContain("swift up");
    }

    [Theory]
    [InlineData("Hst=nowhere", "Hst")]
    [InlineData("Host=127.0.0.1;Port=many", "Port")]
    public async Task A_connection_string_that_cannot_be_meant_ends_with_2_and_names_what_is_wrong(string database, string named)
    {
        using TemporaryFolder data = new();
        var (exitCode, _, messages) = await TypedCommand.RunAsync("up", "--database", database, "--port", FreePort.Take().ToString(), "--data", data.Path);
        exitCode.ShouldBe(2);
        messages.ShouldContain(named, Case.Insensitive);
    }

    [Fact]
    public async Task A_database_that_does_not_let_the_user_in_ends_with_2_and_says_why()
    {
        Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");
        using TemporaryFolder data = new();
        await using var postgres = await PostgresCluster.StartAsync(TestContext.Current.CancellationToken);
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(postgres.Server.ConnectionString) { Username = "nobody" }.ConnectionString;
        var (exitCode, _, messages) = await TypedCommand.RunAsync("up", "--database", connection, "--port", FreePort.Take().ToString(), "--data", data.Path);
        exitCode.ShouldBe(2);
        messages.ShouldContain("nobody");
    }

    [Fact]
    public async Task Letting_other_machines_in_without_a_key_is_refused_and_says_how_to_make_one()
    {
        using TemporaryFolder data = new();
        var (exitCode, _, messages) = await TypedCommand.RunAsync("up", "--listen", "0.0.0.0", "--port", FreePort.Take().ToString(), "--data", data.Path);
        exitCode.ShouldBe(2);
        messages.ShouldContain("SWIFT_ADMIN_KEY");
        Directory.EnumerateFileSystemEntries(data.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_error_of_a_refused_specification_is_shown_with_its_field()
    {
        await using var server = await PretendServer.StartAsync(app => app.MapPost("/v1/pipelines:validate", () => Results.ValidationProblem(
            new Dictionary<string, string[]> { ["stages[0].train.learning_rate"] = ["Must be above 0."], ["name"] = ["Is empty.", "Is required."] },
            "The pipeline has 3 errors.", statusCode: 422)));
        var file = Path.Combine(Path.GetTempPath(), $"swift-test-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, "name: ''", TestContext.Current.CancellationToken);
        try
        {
            var (exitCode, result, messages) = await TypedCommand.RunAsync("pipelines", "validate", file, "--url", server.Url.ToString());
            exitCode.ShouldBe(2);
            result.ShouldBeEmpty();
            messages.ShouldContain("stages[0].train.learning_rate: Must be above 0.");
            messages.ShouldContain("name: Is empty.");
            messages.ShouldContain("name: Is required.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Help_ends_with_0_and_shows_examples()
    {
        var (exitCode, result, _) = await TypedCommand.RunAsync("--help");
        exitCode.ShouldBe(0);
        result.ShouldContain("swift demo");
    }
}
