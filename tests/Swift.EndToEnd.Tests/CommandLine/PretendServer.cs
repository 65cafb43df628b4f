using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Swift.EndToEnd.Tests.CommandLine;

/// <summary>A server on a free loopback port that answers as a test says.</summary>
internal sealed class PretendServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PretendServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public static async Task<PretendServer> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PretendServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
