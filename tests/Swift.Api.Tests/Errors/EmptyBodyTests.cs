using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Swift.Api.Tests.Access;
using Swift.Api.Tests.Experiments;
using Swift.Testing;

namespace Swift.Api.Tests.Errors;

/// <summary>Bodies that leave everything out.</summary>
public sealed class EmptyBodyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task No_endpoint_takes_them_for_a_defect_of_its_own()
    {
        var asked = 0;
        foreach (var endpoint in _plane.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (!endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal)) continue;
            var path = RoutePaths.Of(endpoint.RoutePattern, "x");
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(method => method != HttpMethod.Get.Method))
            {
                foreach (var body in (string[])["{}", "[]", "null", "7", "\"\"", ""])
                {
                    using HttpRequestMessage request = new(HttpMethod.Parse(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                    using var answer = await _plane.Http.SendAsync(request, TestContext.Current.CancellationToken);
                    ((int)answer.StatusCode).ShouldBeLessThan(500, $"{method} {path} {body}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
                    asked++;
                }
            }
        }
        asked.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("POST", "/v1/experiments/{0}:cancel", """{"reason": "a\u0000"}""")]
    [InlineData("POST", "/v1/api-keys", """{"name": "a\u0000", "roles": ["viewer"]}""")]
    [InlineData("GET", "/v1/experiments?name=%00", null)]
    public async Task A_text_that_cannot_be_stored_is_refused(string method, string path, string? body)
    {
        var running = await _plane.Submit(TestPipeline.Write(_folder.Path));
        using HttpRequestMessage request = new(HttpMethod.Parse(method), string.Format(path, running.Id))
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        using var answer = await _plane.Http.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(400, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/v1/schedules", "{}", "name")]
    [InlineData("/v1/schedules", "{\"name\": \"nightly\"}", "spec")]
    [InlineData("/v1/models", "{}", "name")]
    [InlineData("/v1/models", "{\"name\": \"small\"}", "experiment_id")]
    [InlineData("/v1/models/small/aliases/champion:move", "{\"reason\": \"better\"}", "version")]
    [InlineData("/v1/schedules/nightly:backfill", "{}", "after")]
    [InlineData("/v1/webhooks", "{}", "url")]
    public async Task What_is_missing_is_named(string path, string body, string field)
    {
        using var answer = await _plane.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        problem.GetProperty("status").GetInt32().ShouldBe(400, problem.GetRawText());
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }
}
