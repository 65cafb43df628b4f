using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Swift.Inference.OpenAi;

/// <summary>Writes a stream of JSON objects as server-sent events, each flushed at once, and the closing <c>[DONE]</c>.</summary>
internal sealed class ServerSentEvents(HttpResponse response)
{
    private static readonly byte[] Prefix = "data: "u8.ToArray();
    private static readonly byte[] Suffix = "\n\n"u8.ToArray();
    private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    public void Start()
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no"; // a proxy in between must not collect the pieces
    }

    public async Task WriteAsync<T>(T value, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, OpenAiJson.Options);
        await response.BodyWriter.WriteAsync((byte[])[.. Prefix, .. json, .. Suffix], ct);
    }

    public async Task FinishAsync(CancellationToken ct) => await response.BodyWriter.WriteAsync(Done, ct);
}
