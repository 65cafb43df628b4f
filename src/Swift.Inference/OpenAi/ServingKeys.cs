using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Swift.Inference.OpenAi;

/// <summary>Asks whoever wants something of the OpenAI-compatible endpoints for a key, as OpenAI and vLLM's <c>--api-key</c> do.</summary>
public static class ServingKeys
{
    private const string Bearer = "Bearer ";

    /// <summary>From here on a request goes on only with <c>Authorization: Bearer KEY</c>; others are answered 401 with an error of OpenAI's form.</summary>
    /// <param name="keys">Any of them is good; at least one.</param>
    public static IApplicationBuilder UseServingKeys(this IApplicationBuilder app, IReadOnlyCollection<string> keys)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count);
        byte[][] hashes = [.. keys.Select(Hash)];
        return app.Use(async (context, next) =>
        {
            if (IsOneOf(hashes, context.Request.Headers.Authorization.ToString()))
            {
                await next(context);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
            var error = new OpenAiException(
                StatusCodes.Status401Unauthorized, "invalid_request_error",
                "This needs a key of this model server: send it as Authorization: Bearer KEY.", null, "invalid_api_key");
            await context.Response.WriteAsJsonAsync(error.Body, OpenAiJson.Options, context.RequestAborted);
        });
    }

    /// <summary>Compares hashes, each in the same time, so that nothing is learnt from how long it takes.</summary>
    private static bool IsOneOf(byte[][] hashes, string header)
    {
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return false;
        var shown = Hash(header[Bearer.Length..].Trim());
        return hashes.Count(hash => CryptographicOperations.FixedTimeEquals(hash, shown)) > 0;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
