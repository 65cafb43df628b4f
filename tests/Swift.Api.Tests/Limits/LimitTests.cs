using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Swift.Api.Access.Keys;
using Swift.Api.Limits;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Limits;

/// <summary>How much one caller may ask.</summary>
public sealed class LimitTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int BodyBytes = 2000;

    private readonly TemporaryFolder _folder = new();
    private string _database = null!;

    public async ValueTask InitializeAsync() => _database = await postgres.CreateDatabase();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("/v1/experiments")]
    [InlineData("/v1/pipelines:validate")]
    [InlineData("/v1/pipelines")]
    [InlineData("/v1/models")]
    [InlineData("/v1/api-keys")]
    public async Task A_body_that_is_too_large_is_refused_whether_its_length_is_announced_or_not(string path)
    {
        await using var plane = await ControlPlane.Start(_database, _folder.Path, limits: new LimitSettings { BodyBytes = BodyBytes });
        foreach (var announced in (bool[])[true, false])
        {
            using var answer = await plane.Http.SendAsync(Large(path, announced));
            answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            problem.GetProperty("code").GetString().ShouldBe("body_too_large");
            problem.GetProperty("detail").GetString()!.ShouldContain($"{BodyBytes} bytes");
        }
        using var nobody = plane.ClientWith(null);
        (await nobody.SendAsync(Large(path, announced: true))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Who_asks_too_often_has_to_wait_and_nobody_else_does()
    {
        await using var plane = await ControlPlane.Start(_database, _folder.Path, limits: new LimitSettings { RequestsPerSecond = 1, Burst = 20 });
        var keys = plane.Services.GetRequiredService<ApiKeys>();
        using var quiet = plane.ClientWith((await keys.CreateAsync(new CreateApiKey("quiet", [Role.Viewer]), "test", default)).Key);
        using var nobody = plane.ClientWith(null);

        var refused = await UntilRefused(plane.Http);
        refused.Headers.RetryAfter!.Delta.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("too_many_requests");
        (await quiet.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await UntilRefused(nobody)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await quiet.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await nobody.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);

        // Once the time has passed that it was told, it may again.
        while ((await plane.Http.GetAsync("/v1/caller")).StatusCode != HttpStatusCode.OK) await Task.Delay(200, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_guesses_keys_too_often_is_not_looked_up_any_more_and_known_callers_beside_them_are()
    {
        await using var plane = await ControlPlane.Start(_database, _folder.Path, limits: new LimitSettings { RequestsPerSecond = 1, Burst = 20 });
        var keys = plane.Services.GetRequiredService<ApiKeys>();
        using var known = plane.ClientWith((await keys.CreateAsync(new CreateApiKey("known", [Role.Viewer]), "test", default)).Key);
        (await known.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var guesser = plane.ClientWith("swift_guessed");

        // A good key that nobody has seen here waits with the guesses of its address; each is asked once, so its own limit is not what refuses it.
        HttpStatusCode unknown;
        var number = 0;
        do
        {
            await UntilRefused(guesser);
            using var fresh = plane.ClientWith((await keys.CreateAsync(new CreateApiKey($"fresh-{number++}", [Role.Viewer]), "test", default)).Key);
            unknown = (await fresh.GetAsync("/v1/caller")).StatusCode;
        }
        while (unknown == HttpStatusCode.OK && number < 10);
        unknown.ShouldBe(HttpStatusCode.TooManyRequests);
        (await known.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>A second brings one request more, so this ends however slow the machine.</summary>
    private static async Task<HttpResponseMessage> UntilRefused(HttpClient http)
    {
        while (true)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => http.GetAsync("/v1/caller")));
            if (answers.FirstOrDefault(answer => answer.StatusCode == HttpStatusCode.TooManyRequests) is { } refused) return refused;
        }
    }

    private static HttpRequestMessage Large(string path, bool announced)
    {
        var text = $$"""{"name": "{{new string('x', BodyBytes)}}"}""";
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        if (announced) return request;
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentLength = null;
        return request;
    }
}
