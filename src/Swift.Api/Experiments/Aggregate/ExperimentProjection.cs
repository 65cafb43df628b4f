using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Swift.Api.Experiments.Aggregate;

/// <summary>Lets Marten keep <see cref="Experiment"/> beside the stream, in the transaction that appends.</summary>
public sealed partial class ExperimentProjection : SingleStreamProjection<Experiment, Guid>
{
    public override Experiment? Evolve(Experiment? snapshot, Guid id, IEvent e) =>
        ExperimentFold.Apply(id, snapshot, new Happened(e.Data, e.Version, e.Timestamp, e.UserName));
}
