using Swift.Api.Schedules.Decisions;

namespace Swift.Api.Schedules.Firing;

/// <summary>A fire could not be prepared now, for a reason that may pass; it is due still.</summary>
internal sealed class NotPreparedException(DueFire fire, Exception why)
    : Exception($"The fire of {fire.NominalTime:O} could not be prepared and is tried again: {why.Message}", why)
{
    public DueFire Fire { get; } = fire;
}
