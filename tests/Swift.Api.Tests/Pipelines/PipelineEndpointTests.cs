using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>Validation over HTTP; it needs no database.</summary>
public sealed class PipelineEndpointTests : IClassFixture<PipelineFiles>, IAsyncLifetime
{
    private const string Yaml = "{name: a, model: {path: model}, stages: [{kind: sft, data: {dataset: [some-responses.jsonl]}}]}";

    private readonly PipelineFiles _files;
    private readonly TemporaryFolder _store = new();
    private PipelineHost _host = null!;

    public PipelineEndpointTests(PipelineFiles files) => _files = files;

    public async ValueTask InitializeAsync() => _host = await PipelineHost.StartAsync(_store.Path);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task A_plan_shows_what_would_run_and_stores_nothing()
    {
        var answer = await Validate(Yaml, "application/yaml");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var plan = await answer.Content.ReadFromJsonAsync<PipelinePlan>(SwiftJson.Options);
        plan!.Pipeline.Stages.Select(stage => stage.Name).ShouldBe(["prepare", "sft"]);
        plan.Datasets[_files["some-responses.jsonl"]].Unusable.ShouldHaveSingleItem().Lines.ShouldBe([1]);
        Directory.EnumerateFiles(_store.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Errors_of_a_specification_are_a_map_of_fields_to_messages()
    {
        var answer = await Validate(Yaml.Replace("name: a", "name: A").Replace("sft", "export"), "application/yaml");
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("invalid_specification");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["name", "stages[0].data"]);
        problem.GetProperty("errors").GetProperty("name")[0].GetString()!.ShouldContain("lower-case");
    }

    [Theory]
    [InlineData("application/x-yaml; charset=utf-8", Yaml, HttpStatusCode.OK)]
    [InlineData("application/json", "{\"name\": ", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", Yaml, HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, Yaml, HttpStatusCode.UnsupportedMediaType)]
    public async Task The_content_type_says_how_the_body_is_read(string? contentType, string body, HttpStatusCode status) =>
        (await Validate(body, contentType)).StatusCode.ShouldBe(status);

    [Fact]
    public async Task A_body_that_is_far_too_large_is_refused() =>
        (await Validate(new string(' ', 4 << 20), "application/yaml")).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task A_body_that_is_not_utf_8_is_refused() =>
        (await Validate([0x6E, 0xFF], "application/yaml")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    private Task<HttpResponseMessage> Validate(string body, string? contentType) => Validate(Encoding.UTF8.GetBytes(body), contentType);

    private async Task<HttpResponseMessage> Validate(byte[] body, string? contentType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
        return await _host.Http.PostAsync($"/v1/pipelines:validate?base_directory={Uri.EscapeDataString(_files.Folder)}", content, TestContext.Current.CancellationToken);
    }
}
