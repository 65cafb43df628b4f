using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Timing;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Decisions;

/// <summary>
/// Which nominal times are due, and what becomes of each: pure functions of the stream, of the experiments' ends and of the time.
/// Whoever asks, how often and how late, the answer settles each nominal time once.
/// </summary>
public static class ScheduleDecisions
{
    public static ScheduleStep Next(Schedule state, SeenRuns seen, DateTimeOffset now)
    {
        if (state.FailedRuns.FirstOrDefault(run => seen.Retried.Contains(run.Experiment)) is { } again)
        {
            return ScheduleStep.Append(new ScheduledExperimentRetried(again.NominalTime, again.Experiment));
        }
        if (state.Running.FirstOrDefault(run => seen.Ended.ContainsKey(run.Experiment)) is { } over)
        {
            return new ScheduleStep(Finished(state, over, seen.Ended[over.Experiment]), null, null);
        }
        if (state.Deleted)
        {
            return ScheduleStep.Wait(null);
        }
        // A fire that is wanted now comes before those of past nominal times, and what waits holds up nobody.
        if (state.Requested.OrderBy(fire => fire.Trigger == FireTrigger.Backfill).Select(fire => Asked(state, fire)).FirstOrDefault(step => step is not null) is { } step)
        {
            return step;
        }
        if (state.Paused is not null)
        {
            return ScheduleStep.Wait(null);
        }
        return state is { Buffered: { } buffered, Running: [] }
            ? ScheduleStep.Make(new DueFire(buffered, FireTrigger.Cron, []))
            : Regular(state, now);
    }

    /// <summary>The next nominal time of the rule.</summary>
    private static ScheduleStep Regular(Schedule state, DateTimeOffset now)
    {
        var times = new NominalTimes(state.Spec);
        if (times.After(state.Settled) is not { } nominal)
        {
            return ScheduleStep.Wait(null);
        }
        var due = times.DueAt(state.Id, nominal);
        if (due > now)
        {
            return ScheduleStep.Wait(due);
        }
        var given = TimeSpan.FromSeconds(state.Spec.CatchupWindow);
        if (now - due > given)
        {
            return ScheduleStep.Append(PassedOver.By(state, time => now - times.DueAt(state.Id, time) > given, MissReason.CatchupWindow).First());
        }
        return (state.Running, state.Spec.Overlap) switch
        {
            ([], _) or (_, OverlapPolicy.Allow) => ScheduleStep.Make(new DueFire(nominal, FireTrigger.Cron, [])),
            (_, OverlapPolicy.CancelPrevious) => ScheduleStep.Make(new DueFire(nominal, FireTrigger.Cron, [.. state.Running.Select(run => run.Experiment)])),
            (_, OverlapPolicy.BufferOne) when state.Buffered is null => ScheduleStep.Append(new FireBuffered(nominal, FireTrigger.Cron, state.Running[^1].Experiment)),
            (_, OverlapPolicy.BufferOne) => ScheduleStep.Append(new FireSkipped(nominal, FireTrigger.Cron, SkipReason.BufferFull, state.Running[^1].Experiment)),
            _ => ScheduleStep.Append(new FireSkipped(nominal, FireTrigger.Cron, SkipReason.Overlap, state.Running[^1].Experiment)),
        };
    }

    /// <summary>A fire that somebody asked for; null while it waits.</summary>
    private static ScheduleStep? Asked(Schedule state, RequestedFire asked)
    {
        var overlap = asked.Overlap ?? (asked.Trigger == FireTrigger.Backfill ? OverlapPolicy.BufferOne : state.Spec.Overlap);
        return (state.Running, overlap) switch
        {
            ([], _) or (_, OverlapPolicy.Allow) => ScheduleStep.Make(new DueFire(asked.NominalTime, asked.Trigger, [])),
            (_, OverlapPolicy.CancelPrevious) => ScheduleStep.Make(new DueFire(asked.NominalTime, asked.Trigger, [.. state.Running.Select(run => run.Experiment)])),
            (_, OverlapPolicy.BufferOne) => null,
            _ => ScheduleStep.Append(new FireSkipped(asked.NominalTime, asked.Trigger, SkipReason.Overlap, state.Running[^1].Experiment)),
        };
    }

    private static IReadOnlyList<IScheduleEvent> Finished(Schedule state, ScheduledRun run, RunOutcome outcome)
    {
        var finished = new ScheduledExperimentFinished(run.NominalTime, run.Experiment, outcome.Status, outcome.Failure);
        return outcome.Status == ExperimentStatus.Failed && state is { Spec.PauseOnFailure: true, Paused: null, Deleted: false }
            ? [finished, new SchedulePaused($"the experiment {run.Experiment} failed: {outcome.Failure?.Message}", OnFailure: true, run.Experiment)]
            : [finished];
    }

    /// <summary>A fire whose pipeline passed the door. A <see cref="ScheduleFired"/> among the events asks for the experiment.</summary>
    public static IReadOnlyList<IScheduleEvent> Ready(Schedule state, DueFire fire, ReadyFire ready)
    {
        if (ready.Exists)
        {
            return [new FireSkipped(fire.NominalTime, fire.Trigger, SkipReason.AlreadyRan, ready.Experiment)];
        }
        if (state.Spec.OnlyIfChanged && fire.Trigger == FireTrigger.Cron)
        {
            var same = state.Running.FirstOrDefault(run => run.Inputs == ready.Inputs);
            if (same is not null || state.SucceededInputs == ready.Inputs)
            {
                return [new FireSkipped(fire.NominalTime, fire.Trigger, SkipReason.Unchanged, same?.Experiment)];
            }
        }
        return [new ScheduleFired(fire.NominalTime, fire.Trigger, ready.Experiment, ready.Pipeline, ready.PipelineVersion, ready.Inputs, fire.Cancel)];
    }

    /// <summary>A fire whose pipeline was refused at the door.</summary>
    public static IReadOnlyList<IScheduleEvent> Refused(Schedule state, DueFire fire, FailureReason reason)
    {
        var failed = new FireFailed(fire.NominalTime, fire.Trigger, reason);
        return state is { Spec.PauseOnFailure: true, Paused: null }
            ? [failed, new SchedulePaused($"the fire of {fire.NominalTime:O} failed: {reason.Message}", OnFailure: true, Failed: null)]
            : [failed];
    }
}
