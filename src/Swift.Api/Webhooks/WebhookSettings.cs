using System.Net;

namespace Swift.Api.Webhooks;

/// <summary>What the host decides about webhooks.</summary>
public sealed record WebhookSettings
{
    /// <summary>Hosts (<c>hooks.internal</c>), addresses and networks (<c>10.1.0.0/16</c>) that are told although they are internal, and over plain http too.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Before each further attempt; after the last one the message is dead.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <summary>For one attempt, from the look-up of the name to the head of the answer.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it is looked whether something is due.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Name → addresses.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;
}
