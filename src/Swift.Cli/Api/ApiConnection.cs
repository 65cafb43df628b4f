using System.Net.Http.Headers;
using Refit;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Cli.Api;

/// <summary>The REST API of one server.</summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="key">Null: the server is asked without one.</param>
    public ApiConnection(Uri url, string? key)
    {
        // Some answers are long in the making: a log of millions of events is verified in minutes. Only being there must be quick.
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) }) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("swift-cli/" + typeof(ApiConnection).Assembly.GetName().Version?.ToString(3));
        if (key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Api = RestService.For<ISwiftApi>(_http, new RefitSettings(new SystemTextJsonContentSerializer(SwiftJson.Options))
        {
            ExceptionFactory = async answer => answer.IsSuccessStatusCode ? null : await ApiProblem.ReadAsync(answer),
        });
    }

    public ISwiftApi Api { get; }

    public void Dispose() => _http.Dispose();
}
