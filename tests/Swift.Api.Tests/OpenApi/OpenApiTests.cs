using System.Net.Http.Json;
using System.Text.Json;
using Swift.Api.Tests.Pipelines;
using Swift.Testing;

namespace Swift.Api.Tests.OpenApi;

public sealed class OpenApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private PipelineHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PipelineHost.StartAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_operation_has_a_summary_a_name_and_says_how_it_is_refused()
    {
        var document = await _host.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Value))).ToList();
        operations.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var (path, operation) in operations)
        {
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(path);
            operation.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty(path);
            operation.GetProperty("responses").GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _).ShouldBeTrue(path);
        }
    }

    [Fact]
    public async Task Schemas_spell_names_as_the_api_does()
    {
        var schemas = (await _host.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");
        schemas.GetProperty("TrainSpec").GetProperty("properties").TryGetProperty("learning_rate", out _).ShouldBeTrue();
        schemas.GetProperty("Problem").GetProperty("properties").TryGetProperty("trace_id", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task The_page_to_try_it_needs_no_other_host()
    {
        var page = await _host.Http.GetStringAsync("/scalar/v1");
        page.ShouldContain("openapi/v1.json");
        page.ShouldNotContain("https://");
        page.ShouldNotContain("http://");
        (await _host.Http.GetAsync("/scalar/scalar.js")).EnsureSuccessStatusCode();
    }
}
