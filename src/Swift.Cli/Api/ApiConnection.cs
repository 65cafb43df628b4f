using Refit;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Cli.Api;

/// <summary>The REST API of one server.</summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly HttpClient _http;

    public ApiConnection(Uri url)
    {
        _http = new HttpClient { BaseAddress = url };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("swift-cli/" + typeof(ApiConnection).Assembly.GetName().Version?.ToString(3));
        Api = RestService.For<ISwiftApi>(_http, new RefitSettings(new SystemTextJsonContentSerializer(SwiftJson.Options))
        {
            ExceptionFactory = async answer => answer.IsSuccessStatusCode ? null : await ApiProblem.ReadAsync(answer),
        });
    }

    public ISwiftApi Api { get; }

    public void Dispose() => _http.Dispose();
}
