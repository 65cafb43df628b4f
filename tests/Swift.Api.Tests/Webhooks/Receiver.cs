using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Swift.Api.Tests.Webhooks;

/// <summary>Somebody who is told: a server on the loopback that remembers what came.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Message> Messages { get; } = new();

    /// <summary>What the next messages are answered with.</summary>
    public int Status { get; set; } = StatusCodes.Status204NoContent;

    public string? Location { get; set; }

    /// <summary>No message is answered before this.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    public string Url => _app.Urls.First() + "/hook";

    public int Port => new Uri(_app.Urls.First()).Port;

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        Receiver receiver = new(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(async http =>
        {
            using StreamReader reader = new(http.Request.Body);
            receiver.Messages.Enqueue(new Message(http.Request.Path, http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), await reader.ReadToEndAsync()));
            await receiver.Answers.WaitAsync(http.RequestAborted);
            http.Response.StatusCode = receiver.Status;
            if (receiver.Location is { } location) http.Response.Headers.Location = location;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public sealed record Message(string Path, IReadOnlyDictionary<string, string> Headers, string Body);
}
