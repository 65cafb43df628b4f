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
        services.AddRateLimiter(limiter =>
        {
            limiter.OnRejected = (rejected, _) => RefuseAsync(rejected.HttpContext, rejected.Lease, settings);
            if (settings.RequestsPerSecond > 0)
                limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(CallerOf(http), _ => BucketOf(settings)));
        });
        return services;
    }

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

    private static async ValueTask RefuseAsync(HttpContext http, RateLimitLease lease, LimitSettings settings)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await SwiftProblems.Write(http, Problem.Of(
            StatusCodes.Status429TooManyRequests, "too_many_requests",
            $"More than {settings.RequestsPerSecond} requests a second; wait {seconds} s. To see what an experiment does, follow its events instead of asking again and again."));
    }
}
