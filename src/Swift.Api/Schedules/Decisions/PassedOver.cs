using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Timing;
using Swift.Contracts.Events;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Decisions;

/// <summary>The nominal times that nothing will fire any more, counted.</summary>
internal static class PassedOver
{
    /// <summary>Nominal times that one event counts; a schedule of every second that rested for a year needs several.</summary>
    private const int Most = 10_000;

    /// <param name="passed">Holds for the first nominal times that are not settled, and from some time on no longer.</param>
    internal static IEnumerable<FiresMissed> By(Schedule state, Func<DateTimeOffset, bool> passed, MissReason reason)
    {
        var times = new NominalTimes(state.Spec);
        for (var next = times.After(state.Settled); next is { } first && passed(first);)
        {
            var (last, count) = (first, 0);
            for (; next is { } time && passed(time) && count < Most; next = times.After(time))
            {
                (last, count) = (time, count + 1);
            }
            yield return new FiresMissed(first, last, count, reason, Waited: false);
        }
    }
}
