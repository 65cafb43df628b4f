using System.Collections.Concurrent;
using Npgsql;
using Swift.Api.EventStore;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Decisions;
using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Firing;

/// <summary>
/// Fires that could not be prepared for a reason that may pass, such as a disk that is full: each is tried again for a while and then
/// given up with its reason, so that the rule goes on. Every node counts for itself, and anew when it starts.
/// </summary>
internal sealed class FailingFires
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(Guid Schedule, DateTimeOffset NominalTime, FireTrigger Trigger), Failing> _failing = [];

    /// <summary>An error says something of the fire, not of the database, of a race that another writer won, or of this process being stopped.</summary>
    internal static bool IsOfTheFire(Exception error, CancellationToken ct)
    {
        if (ct.IsCancellationRequested || LostRace.ToWrite(error)) return false;
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is NpgsqlException) return false;
        }
        return true;
    }

    /// <returns>Why the fire is given up; null while it is to be tried again.</returns>
    internal FailureReason? Failed(Schedule schedule, DueFire fire, Exception error, DateTimeOffset now)
    {
        foreach (var (other, last) in _failing)
        {
            // Another node made it, or it was given up there.
            if (now - last.Last > Forgotten) _failing.TryRemove(other, out _);
        }
        var failing = _failing.AddOrUpdate(KeyOf(schedule, fire), _ => new Failing(now, now), (_, known) => known with { Last = now });
        // Before the catch-up window gives it up for a reason that would not be the real one.
        var patience = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, schedule.Spec.CatchupWindow / 2.0));
        return now - failing.First < patience ? null : error is SwiftException known ? known.Reason : new FailureReason(
            error is IOException or UnauthorizedAccessException ? FailureKind.Infrastructure : FailureKind.Unexpected,
            "fire_not_prepared", $"Tried again and again since {failing.First:O}, the experiment could not be prepared: {error.GetType().Name}: {error.Message}");
    }

    internal void Forget(Schedule schedule, DueFire fire) => _failing.TryRemove(KeyOf(schedule, fire), out _);

    private static (Guid, DateTimeOffset, FireTrigger) KeyOf(Schedule schedule, DueFire fire) => (schedule.Id, fire.NominalTime, fire.Trigger);

    private sealed record Failing(DateTimeOffset First, DateTimeOffset Last);
}
