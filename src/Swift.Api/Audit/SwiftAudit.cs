using Marten;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;

namespace Swift.Api.Audit;

/// <summary>The log of all events, as the control plane puts it together.</summary>
internal static class SwiftAudit
{
    internal static IServiceCollection AddSwiftAudit(this IServiceCollection services, AuditSettings settings)
    {
        services.AddSingleton(settings);
        services.InitializeMartenWith<AuditSchema>();
        services.ConfigureMarten(options => options.Events.Subscribe(new SealEvents()));
        services.AddSingleton<HeadSigner>();
        services.AddHostedService(provider => provider.GetRequiredService<HeadSigner>());
        services.AddHealthChecks().AddCheck<AuditLogCheck>("audit-log", tags: ["ready"]);
        return services;
    }

    /// <summary>A log that cannot be signed is worth an alarm, and no reason to stop working.</summary>
    private sealed class AuditLogCheck(HeadSigner signer) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(signer.Problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy(
                signer.PublicKey is null ? "heads are not signed" : "the log goes on from what was signed"));
    }
}
