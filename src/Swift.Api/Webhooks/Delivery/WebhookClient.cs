using System.Net.Sockets;
using System.Text;
using Swift.Api.Webhooks.Network;
using Swift.Contracts.Rest;

namespace Swift.Api.Webhooks.Delivery;

/// <summary>Sends one message once. Follows no redirects, uses no proxy and keeps no cookies: nothing the receiver answers leads anywhere else.</summary>
internal sealed class WebhookClient(TargetGuard guard, WebhookSettings settings, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = guard.ConnectAsync,
        // A name is looked up and checked again soon.
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "swift-webhooks" } },
    };

    internal async Task<DeliveryAttempt> SendAsync(Webhook webhook, byte[] key, WebhookDelivery delivery, CancellationToken ct)
    {
        var at = time.GetUtcNow();
        using HttpRequestMessage request = new(HttpMethod.Post, webhook.Url) { Content = new StringContent(delivery.Payload, Encoding.UTF8, "application/json") };
        WebhookSignature.Sign(request, key, delivery.MessageId, at, delivery.Payload);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(settings.AttemptTimeout);
        try
        {
            if (await guard.ProblemOfAsync(webhook.Url, deadline.Token) is { } problem) return new DeliveryAttempt(at, null, problem);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var status = (int)answer.StatusCode;
            return new DeliveryAttempt(at, status, status switch
            {
                >= 200 and < 300 => null,
                >= 300 and < 400 => $"Answered {status}; redirects are not followed.",
                _ => $"Answered {status}.",
            });
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new DeliveryAttempt(at, null, $"No answer within {settings.AttemptTimeout.TotalSeconds} s.");
        }
        catch (HttpRequestException failed)
        {
            return new DeliveryAttempt(at, null, Reason(failed));
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Reason(HttpRequestException failed) => failed.GetBaseException() switch
    {
        RefusedTargetException refused => refused.Message,
        SocketException socket => $"No connection: {socket.SocketErrorCode}.",
        _ => $"No answer: {failed.HttpRequestError}.",
    };
}
