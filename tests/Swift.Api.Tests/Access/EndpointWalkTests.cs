using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Swift.Api.Access;
using Swift.Api.Access.Keys;
using Swift.Api.Tests.Experiments;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Access;

/// <summary>Every route there is, also those of tomorrow: no way in without a key, none with too small a role.</summary>
public sealed class EndpointWalkTests(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Anybody may know that the process lives and how the API is described; nothing else.</summary>
    private static readonly string[] Open = ["/health/live", "/health/ready", "/openapi/{documentName}.json", "/scalar/"];

    private readonly TemporaryFolder _folder = new();
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void Every_endpoint_says_who_may_call_it()
    {
        foreach (var endpoint in Endpoints())
        {
            var isOpen = Open.Any(path => Path(endpoint).StartsWith(path, StringComparison.Ordinal));
            var declares = endpoint.Metadata.GetMetadata<RequiredRole>() is not null;
            (isOpen ? endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null : declares && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null).ShouldBeTrue(
                $"{endpoint.DisplayName} says not who may call it, so nobody may. Write .RequireRole(Role.Viewer, Role.Operator) (reading, changing) on its group, "
                + "or .RequireRole(Role.…) on the endpoint itself; docs/access.md says which role is for what.");
        }
    }

    [Fact]
    public async Task Without_a_key_every_endpoint_answers_401()
    {
        using var nobody = _plane.ClientWith(null);
        using var forger = _plane.ClientWith("swift_forged-0123456789-0123456789-0123456789");
        foreach (var (method, endpoint) in Guarded())
        {
            (await Call(nobody, method, endpoint)).ShouldBe(HttpStatusCode.Unauthorized, endpoint.DisplayName);
            (await Call(forger, method, endpoint)).ShouldBe(HttpStatusCode.Unauthorized, endpoint.DisplayName);
        }
    }

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Operator)]
    [InlineData(Role.Auditor)]
    [InlineData(Role.Admin)]
    public async Task A_role_gets_what_it_includes_and_403_for_the_rest(Role role)
    {
        using var caller = _plane.ClientWith(await KeyWith(role));
        foreach (var (method, endpoint) in Guarded())
        {
            var required = endpoint.Metadata.GetMetadata<RequiredRole>()!.Role;
            if (!role.Include(required))
            {
                (await Call(caller, method, endpoint)).ShouldBe(HttpStatusCode.Forbidden, endpoint.DisplayName);
            }
            else if (method == HttpMethod.Get)
            {
                (await Call(caller, method, endpoint)).ShouldNotBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
            }
        }
    }

    [Fact]
    public async Task Nothing_at_all_is_said_to_strangers_about_which_routes_there_are()
    {
        using var nobody = _plane.ClientWith(null);
        (await nobody.GetAsync("/v1/nothing-here")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await nobody.DeleteAsync("/v1/workers")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _plane.Http.GetAsync("/v1/nothing-here")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.Http.DeleteAsync("/v1/workers")).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Health_and_the_description_of_the_api_are_open()
    {
        using var nobody = _plane.ClientWith(null);
        foreach (var path in (string[])["/health/live", "/openapi/v1.json", "/scalar/v1"])
        {
            (await nobody.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
        }
        (await nobody.GetAsync("/health/ready")).StatusCode.ShouldNotBe(HttpStatusCode.Unauthorized);
    }

    private IEnumerable<RouteEndpoint> Endpoints() => _plane.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(HttpMethod Method, RouteEndpoint Endpoint)> Guarded() =>
        from endpoint in Endpoints()
        where endpoint.Metadata.GetMetadata<RequiredRole>() is not null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]
        select (HttpMethod.Parse(method), endpoint);

    private static string Path(RouteEndpoint endpoint) => '/' + endpoint.RoutePattern.RawText!.TrimStart('/');

    private static async Task<HttpStatusCode> Call(HttpClient http, HttpMethod method, RouteEndpoint endpoint)
    {
        using var request = new HttpRequestMessage(method, RoutePaths.Of(endpoint.RoutePattern, "x"));
        if (method != HttpMethod.Get) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<string> KeyWith(Role role) => (await _plane.Services.GetRequiredService<ApiKeys>().CreateAsync(
        new CreateApiKey($"walker-{Roles.Write(role)}", [role]), "test", TestContext.Current.CancellationToken)).Key;
}
