using Marten;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Pipelines;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Decisions;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Firing;

/// <summary>
/// Does what the decisions say is due, one step per transaction. Any number may run for one schedule at once, on any number of
/// machines: each step expects the version that it was decided on, so one of them appends it and the others decide again.
/// </summary>
public sealed class ScheduleRunner(IDocumentStore store, PipelineIntake intake, RegisteredPipelines pipelines, TimeProvider time)
{
    private const int Attempts = 20;

    private readonly FailingFires _failing = new();

    /// <summary>Settles everything that is due.</summary>
    /// <returns>When the next nominal time is due; null when there is none to wait for.</returns>
    /// <exception cref="NotPreparedException">A fire is to be tried again; everything else that was due is settled, unless it comes after it by the rule.</exception>
    public async Task<DateTimeOffset?> AdvanceAsync(Guid id, CancellationToken ct)
    {
        NotPreparedException? unprepared = null;
        for (var lost = 0; ;)
        {
            try
            {
                var (done, wakeAt) = await StepAsync(id, restRequests: unprepared is not null, ct);
                if (done) return unprepared is null ? wakeAt : throw unprepared;
                lost = 0;
            }
            catch (NotPreparedException asked) when (unprepared is null && asked.Fire.Trigger != FireTrigger.Cron)
            {
                // What somebody asked for waits until the next look; the rule does not wait for it.
                unprepared = asked;
            }
            catch (Exception raced) when (lost < Attempts && LostRace.ToWrite(raced))
            {
                // Somebody else took the step, or one of the experiments moved on: decide again on what is now.
                lost++;
                await Task.Delay(TimeSpan.FromMilliseconds(5 * lost), ct);
            }
        }
    }

    private async Task<(bool Done, DateTimeOffset? WakeAt)> StepAsync(Guid id, bool restRequests, CancellationToken ct)
    {
        Schedule? schedule;
        ScheduleStep step;
        await using (var query = store.QuerySession())
        {
            schedule = await query.LoadAsync<Schedule>(id, ct);
            if (schedule is null) return (true, null);
            var seen = new SeenRuns(await EndedAsync(query, schedule, ct), await RetriedExperiments.Among(query, schedule.FailedRuns, ct));
            step = ScheduleDecisions.Next(restRequests ? schedule with { Requested = [] } : schedule, seen, time.GetUtcNow());
        }
        if (step.Fire is null && step.Events.Count == 0) return (true, step.WakeAt);

        var fire = step.Fire is null ? null : await PrepareAsync(schedule, step.Fire, ct);
        await using var session = store.LightweightSession();
        // Preparing took its time: what was retried meanwhile counts as running.
        if (fire is not null && (await RetriedExperiments.Among(session, schedule.FailedRuns, ct)).Count > 0) return (false, null);
        var stream = await session.Events.FetchForWriting<Schedule>(id, schedule.Version, ct);
        var events = fire?.Events ?? step.Events;
        stream.AppendMany(events.Cast<object>().ToArray());
        session.Stamp($"schedule/{schedule.Name}", id, causation: null);
        if (events.OfType<ScheduleFired>().SingleOrDefault() is { } fired)
        {
            session.Stamp($"schedule/{schedule.Name}", fired.Experiment, causation: id);
            session.Events.StartStream<Experiment>(fired.Experiment, fire!.Submission!);
            await CancelAsync(session, schedule, fired, ct);
        }
        await session.SaveChangesAsync(ct);
        if (step.Fire is not null) _failing.Forget(schedule, step.Fire);
        return (false, null);
    }

    private static async Task<IReadOnlyDictionary<Guid, RunOutcome>> EndedAsync(IQuerySession session, Schedule schedule, CancellationToken ct)
    {
        if (schedule.Running.Count == 0) return new Dictionary<Guid, RunOutcome>();
        var experiments = await session.LoadManyAsync<Experiment>(ct, [.. schedule.Running.Select(run => run.Experiment)]);
        return experiments.Where(experiment => experiment.IsFinal)
            .ToDictionary(experiment => experiment.Id, experiment => new RunOutcome(experiment.Status, experiment.Failure));
    }

    /// <summary>Looks through the pipeline and its data as they are now; nothing is held meanwhile.</summary>
    /// <exception cref="NotPreparedException">It is to be tried again.</exception>
    private async Task<PreparedFire> PrepareAsync(Schedule schedule, DueFire fire, CancellationToken ct)
    {
        var experiment = ScheduledExperiment.IdOf(schedule.Id, fire.NominalTime);
        try
        {
            await using (var query = store.QuerySession())
            {
                if (await query.Events.FetchStreamStateAsync(experiment, ct) is not null)
                {
                    return new(ScheduleDecisions.Ready(schedule, fire, new ReadyFire(experiment, schedule.Spec.Pipeline, 0, "", Exists: true)), null);
                }
            }
            var pipeline = await pipelines.Find(schedule.Spec.Pipeline, schedule.Spec.PipelineVersion, ct);
            var prepared = await intake.PrepareAsync(pipeline.Spec, ingest: true, ct);
            var ready = new ReadyFire(experiment, pipeline.Name, pipeline.Version, ScheduledExperiment.InputsOf(prepared), Exists: false);
            return new(ScheduleDecisions.Ready(schedule, fire, ready), ScheduledExperiment.Of(schedule, fire, pipeline, prepared));
        }
        catch (Exception refused) when (Refusal(refused) is not null)
        {
            return new(ScheduleDecisions.Refused(schedule, fire, Refusal(refused)!), null);
        }
        catch (Exception error) when (FailingFires.IsOfTheFire(error, ct))
        {
            return _failing.Failed(schedule, fire, error, time.GetUtcNow()) is { } given
                ? new(ScheduleDecisions.Refused(schedule, fire, given), null)
                : throw new NotPreparedException(fire, error);
        }
    }

    /// <summary>Why the same fire would be refused again; null where another attempt may help.</summary>
    private static FailureReason? Refusal(Exception exception) => exception switch
    {
        SpecificationException wrong => new FailureReason(
            FailureKind.BadInput, "invalid_specification", string.Join("; ", wrong.Errors.Select(error => $"{error.Path}: {error.Message}"))),
        ProblemException refused => new FailureReason(FailureKind.BadInput, refused.Code, refused.Message),
        SwiftException { Reason.Kind: FailureKind.BadInput } known => known.Reason,
        _ => null,
    };

    private static async Task CancelAsync(IDocumentSession session, Schedule schedule, ScheduleFired fired, CancellationToken ct)
    {
        foreach (var running in fired.Cancelled)
        {
            var stream = await session.Events.FetchForWriting<Experiment>(running, ct);
            if (stream.Aggregate is { IsFinal: false })
            {
                stream.AppendOne(new ExperimentCancelled($"schedule {schedule.Name}: the fire of {fired.NominalTime:O} takes its place"));
            }
        }
    }

    private sealed record PreparedFire(IReadOnlyList<IScheduleEvent> Events, ExperimentSubmitted? Submission);
}
