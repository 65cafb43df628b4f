using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Swift.Api.Tests.Experiments;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Api.Tests.Access;

/// <summary>Names that are paths, in every parameter that is a name.</summary>
public sealed class TraversalTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Secret = "nobody may read this";

    private static readonly string[] Ways =
    [
        "..%2f..%2fsecret.txt", "%2e%2e%2f%2e%2e%2fsecret.txt", "..%5c..%5csecret.txt", "....%2f%2fsecret.txt", "%252e%252e%252fsecret.txt", "..%c0%afsecret.txt",
        "%2fetc%2fpasswd", "sha256:..%2f..%2fsecret.txt", "x%00.txt", "..", "%2e%2e", "~", "file:%2f%2f%2fetc%2fpasswd", "secret.txt", "C:%5cWindows",
    ];

    private readonly TemporaryFolder _folder = new();
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(_folder["secret.txt"], Secret);
        _plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Wherever_a_name_is_expected_a_path_is_refused()
    {
        var checkedParameters = 0;
        foreach (var endpoint in _plane.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (!endpoint.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal) || !endpoint.RoutePattern.Parameters.Any(RoutePaths.IsName)) continue;
            checkedParameters++;
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
                foreach (var way in Ways)
                    await Refused(HttpMethod.Parse(method), RoutePaths.Of(endpoint.RoutePattern, way));
        }
        checkedParameters.ShouldBeGreaterThanOrEqualTo(10);
    }

    [Fact]
    public async Task The_files_of_a_folder_artifact_are_those_of_its_manifest_and_no_others()
    {
        Directory.CreateDirectory(_folder["made/sub"]);
        File.WriteAllText(_folder["made/sub/a.txt"], "a");
        var store = _plane.Services.GetRequiredService<IArtifactStore>();
        var made = await store.PutFolderAsync(_folder["made"], ct: TestContext.Current.CancellationToken);
        (await _plane.Http.GetStringAsync($"/v1/artifacts/{made.Digest}/files/sub/a.txt")).ShouldBe("a");
        foreach (var way in (string[])[.. Ways, "sub/%2e%2e/%2e%2e/secret.txt", "sub%2f..%2f..%2fsecret.txt", "sub//a.txt", "./sub/a.txt%00", "/etc/passwd"])
            await Refused(HttpMethod.Get, $"/v1/artifacts/{made.Digest}/files/{way}");
    }

    private async Task Refused(HttpMethod method, string path)
    {
        // As it is written: a client that is no browser takes no dots out.
        Uri address = new(_plane.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using HttpRequestMessage request = new(method, address);
        if (method != HttpMethod.Get) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await _plane.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        body.ShouldNotContain(Secret);
        body.ShouldNotContain("root:");
        // A path of dots alone may lead to the list above it; nothing else is there to be found.
        if (path.EndsWith("..", StringComparison.Ordinal) || path.EndsWith("%2e%2e", StringComparison.Ordinal)) return;
        answer.StatusCode.ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.UnsupportedMediaType);
    }
}
