using JasperFx;

namespace Swift.Api.EventStore;

/// <summary>What the event store throws when somebody else wrote first. A stream that exists already has two exceptions, by who found out.</summary>
internal static class LostRace
{
    /// <summary>Another writer started the same stream.</summary>
    internal static bool ToStart(Exception thrown) =>
        thrown is Marten.Exceptions.ExistingStreamIdCollisionException or JasperFx.Events.ExistingStreamIdCollisionException;

    /// <summary>Another writer started the same stream or appended to it.</summary>
    internal static bool ToWrite(Exception thrown) => thrown is ConcurrencyException || ToStart(thrown);
}
