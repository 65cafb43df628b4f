namespace Swift.Hosting.Bus;

/// <summary>Which bus to use.</summary>
/// <param name="RabbitMq"><c>rabbitmq://user:password@host:port/vhost</c>; null = in memory, inside this process.</param>
public sealed record BusSettings(Uri? RabbitMq = null)
{
    /// <summary>How long a process waits at its start for a broker that is not there, or not ready, before it gives up.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a consumer may go on after the process was asked to stop; then its token is cancelled and the broker hands the message to another.</summary>
    public TimeSpan ConsumerStopTimeout { get; init; } = TimeSpan.FromSeconds(2);
}
