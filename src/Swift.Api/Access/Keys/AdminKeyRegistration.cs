using Swift.Contracts.Access;
using Swift.Contracts.Events;

namespace Swift.Api.Access.Keys;

/// <summary>Makes the host's admin keys known before the first request.</summary>
internal sealed class AdminKeyRegistration(AccessSettings settings, ApiKeys keys) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var secret in settings.AdminKeys)
        {
            await keys.RegisterAsync(secret, hash => new ApiKeyIssued($"admin-{hash[..6]}", [Role.Admin], [], hash, null), "swift", cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
