using System.Globalization;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Decisions;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;

namespace Swift.Api.Tests.Schedules;

/// <summary>What is due and what becomes of it: the pure part, without clock or database.</summary>
public sealed class ScheduleDecisionTests
{
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Guid _id = Guid.NewGuid();
    private readonly List<IScheduleEvent> _events = [];
    private readonly Dictionary<Guid, RunOutcome> _ended = [];
    private readonly HashSet<Guid> _retried = [];
    private Schedule _state = null!;
    private DateTimeOffset _now = Start;
    private string _inputs = "inputs";

    [Fact]
    public void Skip_leaves_out_what_comes_while_an_experiment_runs()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *" });
        At(1).ShouldBe(["fired 1"]);
        At(2, 3).ShouldBe(["skipped 2 Overlap", "skipped 3 Overlap"]);
        End(1);
        At(4).ShouldBe(["finished 1 Succeeded", "fired 4"]);
    }

    [Fact]
    public void Buffer_one_lets_one_wait_and_fires_it_when_what_ran_has_ended()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.BufferOne });
        At(1, 2, 3).ShouldBe(["fired 1", "buffered 2", "skipped 3 BufferFull"]);
        End(1);
        At().ShouldBe(["finished 1 Succeeded", "fired 2"]);
        _state.Buffered.ShouldBeNull();
        At(4).ShouldBe(["buffered 4"]);
        _state.Counts.ShouldBe(new FireCounts(2, 1, 0, 2, 0));
    }

    [Fact]
    public void Cancel_previous_makes_room()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.CancelPrevious });
        At(1, 2).ShouldBe(["fired 1", "fired 2"]);
        _events.OfType<ScheduleFired>().Last().Cancelled.ShouldBe([Experiment(Hour(1))]);
    }

    [Fact]
    public void Allow_lets_them_run_side_by_side()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.Allow });
        At(1, 2, 3).ShouldBe(["fired 1", "fired 2", "fired 3"]);
        _state.Running.Count.ShouldBe(3);
    }

    [Fact]
    public void What_is_older_than_the_catch_up_window_is_missed_and_counted_and_the_rest_is_fired()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.Allow, CatchupWindow = 2 * 60 * 60 });
        At(10).ShouldBe(["missed 1-7 (7) CatchupWindow", "fired 8", "fired 9", "fired 10"]);
    }

    [Fact]
    public void A_year_of_seconds_is_missed_in_pieces_and_every_one_is_counted()
    {
        Create(new() { Pipeline = "p", Cron = "* * * * * *", CatchupWindow = 10 });
        _now = Start.AddDays(1);
        Advance();
        _events.OfType<FiresMissed>().Sum(e => e.Count).ShouldBe(24 * 60 * 60 - 11);
        _events.OfType<FiresMissed>().Select(e => e.From).ShouldBe(_events.OfType<FiresMissed>().Select(e => e.From).Order());
    }

    [Fact]
    public void A_pause_has_a_reason_and_what_passes_meanwhile_is_recorded_when_it_ends()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.Allow });
        At(1);
        Should.Throw<Api.Errors.ProblemException>(() => ScheduleCommands.Pause(_state, " ")).Code.ShouldBe("reason_missing");
        Follow(ScheduleCommands.Pause(_state, "holidays"));
        ScheduleCommands.Pause(_state, "again").ShouldBeEmpty();
        At(5).ShouldBeEmpty();
        _now = Hour(5).AddMinutes(30);
        Follow(ScheduleCommands.Resume(_state, "back", _now));
        Said().TakeLast(2).ShouldBe(["missed 2-5 (4) Paused", "resumed"]);
        At(6).ShouldBe(["fired 6"]);
    }

    [Fact]
    public void A_failure_pauses_where_the_rule_says_so()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", PauseOnFailure = true });
        At(1);
        End(1, ExperimentStatus.Failed);
        At(2).ShouldBe(["finished 1 Failed", "paused"]);
        _state.Paused!.OnFailure.ShouldBeTrue();
        _state.Paused.Reason.ShouldContain("broken");
    }

    [Fact]
    public void A_new_rule_counts_from_its_own_moment_and_what_was_due_by_the_old_one_is_recorded()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Jitter = 600 });
        _now = Hour(1);
        Follow(ScheduleCommands.Change(_state, _state.Spec with { Cron = "30 * * * *", Jitter = 0 }, _now));
        ScheduleCommands.Change(_state, _state.Spec, _now).ShouldBeEmpty();
        Said().TakeLast(2).ShouldBe(["missed 1-1 (1) Changed", "changed"]);
        _now = Hour(2);
        Advance();
        Said().Last().ShouldBe("fired 1.5");
    }

    [Fact]
    public void A_backfill_fires_one_after_the_other_and_leaves_out_what_has_run()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *" });
        At(1);
        End(1);
        Follow(ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(-2), Hour(1)), _now));
        At().ShouldBe(["finished 1 Succeeded", "fired -1"]);
        End(-1);
        At().ShouldBe(["finished -1 Succeeded", "fired 0"]);
        End(0);
        At().ShouldBe(["finished 0 Succeeded", "skipped 1 AlreadyRan"]);
        _state.Requested.ShouldBeEmpty();
        Should.Throw<Api.Errors.ProblemException>(() => ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(1), Hour(9)), _now)).Code.ShouldBe("backfill_in_the_future");
        Should.Throw<Api.Errors.ProblemException>(() => ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(-9999), Hour(1)), _now)).Code.ShouldBe("backfill_too_long");
        Should.Throw<Api.Errors.ProblemException>(() => ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(0.1), Hour(0.2)), _now)).Code.ShouldBe("backfill_empty");
    }

    [Fact]
    public void A_waiting_backfill_does_not_hold_up_the_rule()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.Allow });
        At(1);
        Follow(ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(-1), Hour(0)), _now));
        At(2).ShouldBe(["fired 2"]);
        _state.Requested.Count.ShouldBe(1);
    }

    [Fact]
    public void A_manual_fire_happens_while_the_schedule_is_paused()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *" });
        Follow(ScheduleCommands.Pause(_state, "holidays"));
        Follow(ScheduleCommands.Trigger(_state, new TriggerSchedule(), _now));
        At().ShouldBe(["fired 0"]);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void A_backfill_that_waits_survives_that_the_rule_gives_up_the_same_nominal_times(int passed)
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *" });
        At(1);
        Follow(ScheduleCommands.Pause(_state, "holidays"));
        _now = Hour(1 + passed).AddMinutes(30);
        Follow(ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(1), _now), _now));
        Follow(ScheduleCommands.Resume(_state, "back", _now));
        Said().TakeLast(2).ShouldBe([$"missed 2-{1 + passed} ({passed}) Paused", "resumed"]);
        _state.Settled.ShouldBe(_now);
        End(1);
        At().ShouldBe(["finished 1 Succeeded", "fired 2"]);
    }

    [Fact]
    public void A_nominal_time_whose_catch_up_window_is_over_is_missed_once_also_where_a_backfill_of_it_waits()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", CatchupWindow = 600 });
        At(1);
        _now = Hour(2).AddMinutes(30);
        Follow(ScheduleCommands.Backfill(_state, new BackfillSchedule(Hour(1), Hour(2)), _now));
        At().ShouldBe(["missed 2-2 (1) CatchupWindow"]);
        End(1);
        At().ShouldBe(["finished 1 Succeeded", "fired 2"]);
        _state.Counts.Missed.ShouldBe(1);
    }

    [Fact]
    public void A_miss_that_does_not_say_of_which_kind_it_is_folds_as_it_always_did()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *" });
        At(1);
        Follow([new FiresRequested(FireTrigger.Backfill, [Hour(2)], null, null), new FiresMissed(Hour(2), Hour(2), 1, MissReason.Paused)]);
        _state.Requested.ShouldBeEmpty();
        _state.Settled.ShouldBe(Hour(1));
    }

    [Fact]
    public void A_fire_that_is_asked_for_now_does_not_wait_behind_a_backfill()
    {
        Create(new() { Pipeline = "p", Cron = "0 0 1 1 *" });
        Follow(ScheduleCommands.Trigger(_state, new TriggerSchedule(), _now));
        At().ShouldBe(["fired 0"]);
        Follow([new FiresRequested(FireTrigger.Backfill, [Hour(-3), Hour(-2)], null, null)]);
        At().ShouldBeEmpty();
        _now = Hour(1);
        Follow(ScheduleCommands.Trigger(_state, new TriggerSchedule(OverlapPolicy.Allow), _now));
        At().ShouldBe(["fired 1"]);
        // Nor behind one whose fires could all happen at once.
        Follow([new FiresRequested(FireTrigger.Backfill, [Hour(-5), Hour(-4)], OverlapPolicy.Allow, null)]);
        _now = Hour(2);
        Follow(ScheduleCommands.Trigger(_state, new TriggerSchedule(OverlapPolicy.Allow), _now));
        At().ShouldBe(["fired 2", "fired -5", "fired -4"]);
        foreach (var hour in new[] { 0, 1, 2, -5, -4 }) End(hour);
        At().TakeLast(1).ShouldBe(["fired -3"]);
    }

    [Theory, InlineData(OverlapPolicy.Skip), InlineData(OverlapPolicy.CancelPrevious)]
    public void A_retried_experiment_runs_again_for_the_next_fire(OverlapPolicy overlap)
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = overlap });
        At(1);
        End(1, ExperimentStatus.Failed);
        At().ShouldBe(["finished 1 Failed"]);
        _state.Running.ShouldBeEmpty();
        Retry(1);
        if (overlap == OverlapPolicy.Skip)
        {
            At(2).ShouldBe(["retried 1", "skipped 2 Overlap"]);
            _state.Recent[0].Status.ShouldBeNull();
        }
        else
        {
            At(2).ShouldBe(["retried 1", "fired 2"]);
            _events.OfType<ScheduleFired>().Last().Cancelled.ShouldBe([Experiment(Hour(1))]);
        }
    }

    [Fact]
    public void A_retry_that_succeeds_is_the_last_experiment_that_succeeded_and_one_that_fails_can_be_retried_again()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", OnlyIfChanged = true, PauseOnFailure = true });
        At(1);
        End(1, ExperimentStatus.Failed);
        At().ShouldBe(["finished 1 Failed", "paused"]);
        Follow(ScheduleCommands.Resume(_state, "mended", _now));
        Retry(1);
        At().ShouldBe(["retried 1"]);
        End(1, ExperimentStatus.Failed);
        _retried.Clear();
        At().ShouldBe(["finished 1 Failed", "paused"]);
        Follow(ScheduleCommands.Resume(_state, "mended", _now));
        Retry(1);
        End(1);
        At(2).ShouldBe(["retried 1", "finished 1 Succeeded", "skipped 2 Unchanged"]);
        _state.Recent.Single(fire => fire.Outcome == "fired").Status.ShouldBe(ExperimentStatus.Succeeded);
        _state.FailedRuns.ShouldBeEmpty();
        _inputs = "others";
        At(3).ShouldBe(["fired 3"]);
    }

    [Fact]
    public void Of_a_deleted_schedule_a_retried_experiment_is_known_when_it_is_made_again()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *" });
        At(1);
        End(1, ExperimentStatus.Failed);
        At();
        Follow(ScheduleCommands.Delete(_state, null, _now));
        Follow(ScheduleCommands.Create(_state, "s", _state.Spec, _now));
        Retry(1);
        At(2).ShouldBe(["retried 1", "skipped 2 Overlap"]);
    }

    [Fact]
    public void A_deleted_schedule_records_what_it_leaves_behind_and_can_be_made_again()
    {
        Create(new() { Pipeline = "p", Cron = "0 * * * *", Overlap = OverlapPolicy.BufferOne });
        At(1, 2);
        Follow(ScheduleCommands.Delete(_state, null, _now));
        Said().TakeLast(2).ShouldBe(["missed 2-2 (1) Deleted", "deleted"]);
        At(3).ShouldBeEmpty();
        End(1);
        At().ShouldBe(["finished 1 Succeeded"]);
        Follow(ScheduleCommands.Create(_state, "s", _state.Spec, _now));
        At(4).ShouldBe(["fired 4"]);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6)]
    public void Whatever_the_clock_does_each_nominal_time_is_settled_once(int seed)
    {
        var dice = new Random(seed);
        Create(new() { Pipeline = "p", Cron = "30 2 * * *", TimeZone = "Europe/Berlin", Overlap = (OverlapPolicy)(seed % 4), CatchupWindow = 20 * 60 * 60, Jitter = 3600 * (seed % 2) });
        var highest = _now;
        for (var step = 0; step < 3000; step++)
        {
            _now += TimeSpan.FromHours(dice.NextDouble() * (dice.Next(50) == 0 ? 80 : 6) - (dice.Next(10) == 0 ? 1 : 0));
            highest = _now > highest ? _now : highest;
            Advance();
            foreach (var run in _state.Running.Where(_ => dice.Next(4) == 0))
            {
                _ended[run.Experiment] = new RunOutcome(dice.Next(5) == 0 ? ExperimentStatus.Failed : ExperimentStatus.Succeeded, null);
            }
        }
        _now = highest.AddHours(3);
        Advance();
        var settled = _events.SelectMany(e => e switch
        {
            ScheduleFired fired => [fired.NominalTime],
            FireSkipped skipped => [skipped.NominalTime],
            FiresMissed missed => Nights.Of("Europe/Berlin", missed.From.AddTicks(-1), missed.Through, new TimeOnly(2, 30)),
            _ => (IEnumerable<DateTimeOffset>)[],
        }).Concat(_state.Buffered is { } waiting ? [waiting] : []).Order();
        settled.ShouldBe(Nights.Of("Europe/Berlin", Start, _state.Settled, new TimeOnly(2, 30)));
        (_now - _state.Settled).TotalHours.ShouldBeLessThan(27);
    }

    private void Create(ScheduleSpec spec) => Follow(ScheduleCommands.Create(null, "s", spec, Start));

    private static DateTimeOffset Hour(double hour) => Start.AddHours(hour);

    /// <summary>Looks at each hour; returns what happened.</summary>
    private IReadOnlyList<string> At(params int[] hours)
    {
        var before = _events.Count;
        foreach (var hour in hours)
        {
            _now = Hour(hour);
            Advance();
        }
        if (hours.Length == 0) Advance();
        return [.. Said().Skip(before)];
    }

    private void Advance()
    {
        while (true)
        {
            var step = ScheduleDecisions.Next(_state, new SeenRuns(_ended, _retried), _now);
            if (step.Fire is { } fire)
            {
                var exists = _events.OfType<ScheduleFired>().Any(fired => fired.NominalTime == fire.NominalTime);
                Follow(ScheduleDecisions.Ready(_state, fire, new ReadyFire(Experiment(fire.NominalTime), "p", 1, _inputs, exists)));
            }
            else if (step.Events.Count == 0)
            {
                return;
            }
            Follow(step.Events);
        }
    }

    private void End(int hour, ExperimentStatus status = ExperimentStatus.Succeeded) => _ended[Experiment(Hour(hour))] = new RunOutcome(
        status, status == ExperimentStatus.Failed ? new FailureReason(FailureKind.Unexpected, "broken", "It is broken.") : null);

    private void Retry(int hour)
    {
        _ended.Remove(Experiment(Hour(hour))).ShouldBeTrue();
        _retried.Add(Experiment(Hour(hour)));
    }

    private Guid Experiment(DateTimeOffset nominal) => Api.Schedules.Firing.ScheduledExperiment.IdOf(_id, nominal);

    private void Follow(IReadOnlyList<IScheduleEvent> events)
    {
        foreach (var e in events)
        {
            _events.Add(e);
            _state = ScheduleFold.Apply(_id, _state, new Happened(e, _events.Count, _now, "test"))!;
        }
    }

    private IEnumerable<string> Said() => _events.Select(e => e switch
    {
        ScheduleFired fired => $"fired {Words(fired.NominalTime)}",
        FireSkipped skipped => $"skipped {Words(skipped.NominalTime)} {skipped.Reason}",
        FireBuffered buffered => $"buffered {Words(buffered.NominalTime)}",
        FiresMissed missed => $"missed {Words(missed.From)}-{Words(missed.Through)} ({missed.Count}) {missed.Reason}",
        ScheduledExperimentRetried retried => $"retried {Words(retried.NominalTime)}",
        ScheduledExperimentFinished finished => $"finished {Words(finished.NominalTime)} {finished.Status}",
        _ => e.GetType().Name.Replace("Schedule", "").ToLowerInvariant(),
    });

    private static string Words(DateTimeOffset nominal) => (nominal - Start).TotalHours.ToString(CultureInfo.InvariantCulture);
}
