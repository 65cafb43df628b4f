using Microsoft.Extensions.Diagnostics.HealthChecks;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;

namespace Swift.Api.Audit;

/// <summary>A log that does not seal every event, or cannot be signed, is worth an alarm, and no reason to stop working.</summary>
internal sealed class AuditLogCheck(HeadSigner signer, SealingWatch sealing) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((signer.Problem ?? sealing.Problem) is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy(
            signer.PublicKey is null ? "events are sealed; heads are not signed" : "events are sealed, and the log goes on from what was signed"));
}
