using Swift.Api.Errors;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Timing;
using Swift.Contracts.Rest;

namespace Swift.Api.Schedules.Endpoints;

/// <summary>Schedules as the REST API shows them.</summary>
internal static class ScheduleViews
{
    /// <summary>A rule that this node cannot read is no reason not to show the schedule, and others beside it.</summary>
    internal static ScheduleView ToView(this Schedule schedule)
    {
        var view = new ScheduleView(
            schedule.Name, schedule.Version, schedule.Spec, schedule.CreatedAt, schedule.CreatedBy, schedule.Paused, NextFire: null,
            [.. schedule.Running.Select(run => new RunningFire(run.NominalTime, run.Experiment))], schedule.Buffered,
            [.. schedule.Requested.Select(fire => fire.NominalTime)], schedule.Counts, schedule.Recent);
        try
        {
            var next = schedule.Next(schedule.Settled, 1).FirstOrDefault();
            return schedule.Paused is null ? view with { NextFire = next } : view;
        }
        catch (ProblemException unreadable)
        {
            return view with { Problem = unreadable.Message };
        }
    }

    /// <summary>The next nominal times after a moment.</summary>
    internal static IEnumerable<NextFire> Next(this Schedule schedule, DateTimeOffset after, int count)
    {
        var times = new NominalTimes(schedule.Spec);
        var next = times.After(after);
        for (var left = count; left > 0 && next is { } nominal; left--, next = times.After(nominal))
        {
            yield return new NextFire(nominal, times.Local(nominal), times.DueAt(schedule.Id, nominal));
        }
    }
}
