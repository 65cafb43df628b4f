using Marten;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Schedules.Aggregate;
using Swift.Contracts.Experiments;

namespace Swift.Api.Schedules.Firing;

/// <summary>Experiments that had failed and are failed no more: somebody retried them.</summary>
internal static class RetriedExperiments
{
    internal static async Task<IReadOnlySet<Guid>> Among(IQuerySession session, IEnumerable<ScheduledRun> failed, CancellationToken ct)
    {
        var ids = failed.Select(run => run.Experiment).ToArray();
        if (ids.Length == 0) return new HashSet<Guid>();
        var retried = await session.Query<Experiment>()
            .Where(experiment => experiment.Id.IsOneOf(ids) && experiment.Status != ExperimentStatus.Failed).Select(experiment => experiment.Id).ToListAsync(ct);
        return retried.ToHashSet();
    }
}
