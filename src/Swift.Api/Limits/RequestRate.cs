using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Swift.Api.Access;
using Swift.Api.Errors;

namespace Swift.Api.Limits;

/// <summary>Slows down whoever asks too often: each key for itself, strangers by their address.</summary>
internal static class RequestRate
{
    internal static IServiceCollection AddRequestRate(this IServiceCollection services, LimitSettings settings)
    {
        var rate = PartitionedRateLimiter.Create<HttpContext, string>(http => settings.RequestsPerSecond > 0
            ? RateLimitPartition.GetTokenBucketLimiter(CallerOf(http), _ => BucketOf(settings))
            : RateLimitPartition.GetNoLimiter(""));
        services.AddSingleton(rate);
        services.AddRateLimiter(limiter =>
        {
            limiter.OnRejected = (rejected, _) => RefuseAsync(rejected.HttpContext, rejected.Lease);
            limiter.GlobalLimiter = rate;
        });
        return services;
    }

    /// <summary>Whether the caller has used up what they may ask; takes nothing from it. Before anybody is authenticated, a caller is their address.</summary>
    internal static bool IsExhausted(HttpContext http) =>
        // Asking for no permit at all would not tell: a bucket grants that as long as it holds a fraction of one.
        http.RequestServices.GetRequiredService<PartitionedRateLimiter<HttpContext>>().GetStatistics(http) is { CurrentAvailablePermits: 0 };

    private static string CallerOf(HttpContext http) => http.User.Identity?.IsAuthenticated is true
        ? Caller.Of(http.User).Actor
        : $"address/{http.Connection.RemoteIpAddress ?? IPAddress.None}";

    private static TokenBucketRateLimiterOptions BucketOf(LimitSettings settings) => new()
    {
        TokenLimit = Math.Max(settings.Burst, settings.RequestsPerSecond),
        TokensPerPeriod = settings.RequestsPerSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };

    /// <summary>429</summary>
    /// <param name="lease">The one that was not given, if it was asked for.</param>
    internal static async ValueTask RefuseAsync(HttpContext http, RateLimitLease? lease)
    {
        var settings = http.RequestServices.GetRequiredService<LimitSettings>();
        var wait = lease is not null && lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await SwiftProblems.Write(http, Problem.Of(
            StatusCodes.Status429TooManyRequests, "too_many_requests",
            $"More than {settings.RequestsPerSecond} requests a second; wait {seconds} s. To see what an experiment does, follow its events instead of asking again and again."));
    }
}
