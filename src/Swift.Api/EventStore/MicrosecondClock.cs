namespace Swift.Api.EventStore;

/// <summary>A clock as fine as PostgreSQL stores time: what an inline projection sees and what a rebuild reads are the same moment.</summary>
internal sealed class MicrosecondClock(TimeProvider clock) : TimeProvider
{
    public override DateTimeOffset GetUtcNow()
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
