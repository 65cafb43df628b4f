using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Swift.Api.EventStore;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>The API on a PostgreSQL of its own.</summary>
public sealed class RegistryFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _store = new();
    private PostgresCluster? _postgres;
    private PipelineHost? _host;

    internal PipelineHost Host
    {
        get
        {
            Assert.SkipWhen(_host is null, PostgresCluster.Unavailable ?? "PostgreSQL");
            return _host;
        }
    }

    public IEnumerable<string> StoredFiles => Directory.EnumerateFiles(_store.Path, "*", SearchOption.AllDirectories);

    public async ValueTask InitializeAsync()
    {
        if (PostgresCluster.Unavailable is not null) return;
        _postgres = await PostgresCluster.StartAsync();
        _host = await PipelineHost.StartAsync(_store.Path, _postgres.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _store.Dispose();
    }
}

/// <summary>Each test has pipelines of its own names.</summary>
public sealed class RegisteredPipelineTests(PipelineFiles files, RegistryFixture registry) : IClassFixture<PipelineFiles>, IClassFixture<RegistryFixture>
{
    private readonly PipelineHost _host = registry.Host;

    [Fact]
    public async Task Versions_count_up_and_the_same_content_again_is_no_new_one()
    {
        var first = await Register("first", seed: 1);
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        first.Headers.Location!.ToString().ShouldBe("/v1/pipelines/first?version=1");
        (await Register("first", seed: 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Register("first", seed: 2)).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await Get<RegisteredPipeline>("/v1/pipelines/first")).Version.ShouldBe(2);
        var old = await Get<RegisteredPipeline>("/v1/pipelines/first?version=1");
        old.Spec.Seed.ShouldBe(1);
        old.RegisteredBy.ShouldBe(PipelineHost.Actor);
        old.Digest.ShouldStartWith("sha256:");

        await using var session = _host.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(DeterministicId.From("pipeline", "first"));
        events.Select(e => e.EventTypeName).ShouldBe(["pipeline_registered.v1", "pipeline_registered.v1"]);
        events.Select(e => ((PipelineRegistered)e.Data).Version).ShouldBe([1, 2]);
        registry.StoredFiles.ShouldBeEmpty("inputs are taken in when an experiment runs, not here");
    }

    [Fact]
    public async Task Registrations_at_the_same_moment_get_a_version_each()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Register("raced", seed)));
        answers.Select(answer => answer.StatusCode).ShouldAllBe(status => status == HttpStatusCode.Created);
        var versions = await Task.WhenAll(answers.Select(answer => answer.Content.ReadFromJsonAsync<RegisteredPipeline>(SwiftJson.Options)));
        versions.Select(registered => registered!.Version).Order().ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task The_list_is_by_name_in_pages()
    {
        foreach (var name in new[] { "charlie", "alpha", "bravo" }) await Register(name, seed: 1);

        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await Get<Page<RegisteredPipeline>>($"/v1/pipelines?pageSize=2{(token is null ? "" : "&pageToken=" + token)}");
            page.Items.Count.ShouldBeInRange(1, 2);
            names.AddRange(page.Items.Select(pipeline => pipeline.Name));
            token = page.NextPageToken;
        }
        while (token is not null);

        names.ShouldBeUnique();
        names.Where(name => name is "alpha" or "bravo" or "charlie").ShouldBe(["alpha", "bravo", "charlie"]);
    }

    [Theory]
    [InlineData("?pageToken=forged", HttpStatusCode.BadRequest, "bad_page_token")]
    [InlineData("?pageToken=cGlwZWxpbmVzOk5vIG5hbWU", HttpStatusCode.BadRequest, "bad_page_token")]
    [InlineData("?pageToken=%00%27", HttpStatusCode.BadRequest, "bad_page_token")]
    [InlineData("?pageSize=0", HttpStatusCode.BadRequest, "bad_page_size")]
    [InlineData("?pageSize=201", HttpStatusCode.BadRequest, "bad_page_size")]
    [InlineData("?pageSize=many", HttpStatusCode.BadRequest, "invalid_parameter")]
    [InlineData("/absent", HttpStatusCode.NotFound, "pipeline_not_found")]
    [InlineData("/absent?version=x", HttpStatusCode.BadRequest, "invalid_parameter")]
    public async Task What_is_not_there_or_not_meant_so_is_refused(string path, HttpStatusCode status, string code)
    {
        var answer = await _host.Http.GetAsync("/v1/pipelines" + path);
        answer.StatusCode.ShouldBe(status);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task A_version_that_does_not_exist_is_refused_with_those_that_do()
    {
        await Register("one", seed: 1);
        var answer = await _host.Http.GetAsync("/v1/pipelines/one?version=2");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("pipeline_version_not_found");
    }

    [Fact]
    public async Task A_pipeline_that_is_refused_leaves_no_stream()
    {
        (await Register("refused", seed: -1)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _host.Http.GetAsync("/v1/pipelines/refused")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await using var session = _host.Store.QuerySession();
        (await session.Events.FetchStreamStateAsync(DeterministicId.From("pipeline", "refused"))).ShouldBeNull();
    }

    private Task<HttpResponseMessage> Register(string name, long seed) => _host.Http.PostAsJsonAsync("/v1/pipelines", new
    {
        name,
        seed,
        model = new { path = files["model"] },
        stages = new[] { new { kind = "sft", data = new { dataset = new[] { files["train.jsonl"] } } } },
    }, TestContext.Current.CancellationToken);

    private async Task<T> Get<T>(string path) => (await _host.Http.GetFromJsonAsync<T>(path, SwiftJson.Options, TestContext.Current.CancellationToken))!;
}
