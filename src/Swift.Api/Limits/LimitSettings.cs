namespace Swift.Api.Limits;

/// <summary>How much one caller may ask of the API.</summary>
public sealed record LimitSettings
{
    /// <summary>The largest body of a request, in bytes. A pipeline, the largest thing that is sent, has at most 3 MiB.</summary>
    public long BodyBytes { get; init; } = 4 << 20;

    /// <summary>Requests per second that each caller may make for long; 0 = as many as they like. A stream of events that is followed is one request.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Requests that a caller may make at once who was quiet before.</summary>
    public int Burst { get; init; } = 1000;
}
