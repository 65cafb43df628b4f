using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Swift.Api.Webhooks.Delivery;

/// <summary>Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
internal static class WebhookSignature
{
    internal const int KeyBytes = 32;
    private const string SecretPrefix = "whsec_";

    /// <summary>As the receiver's library takes it.</summary>
    internal static string WriteSecret(byte[] key) => SecretPrefix + Convert.ToBase64String(key);

    internal static void Sign(HttpRequestMessage request, byte[] key, string messageId, DateTimeOffset at, string body)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        request.Headers.Add("webhook-id", messageId);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{messageId}.{timestamp}.{body}"))));
    }
}
