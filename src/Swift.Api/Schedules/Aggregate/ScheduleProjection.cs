using JasperFx.Events;
using Marten.Events.Aggregation;
using Swift.Api.Experiments.Aggregate;

namespace Swift.Api.Schedules.Aggregate;

/// <summary>Lets Marten keep <see cref="Schedule"/> beside the stream, in the transaction that appends.</summary>
public sealed partial class ScheduleProjection : SingleStreamProjection<Schedule, Guid>
{
    public override Schedule? Evolve(Schedule? snapshot, Guid id, IEvent e) =>
        ScheduleFold.Apply(id, snapshot, new Happened(e.Data, e.Version, e.Timestamp, e.UserName));
}
