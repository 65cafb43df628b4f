using Swift.Api.Errors;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Decisions;
using Swift.Api.Experiments.Recovery;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Workers;

namespace Swift.Api.Tests.Experiments;

public sealed class DecisionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_undisturbed_experiment_runs_every_stage_once_and_succeeds(bool asyncGenerate)
    {
        var run = new Run(Pipelines.Full(asyncGenerate));
        run.ToTheEnd(new Random(1), duplicate: 0, lose: 0);

        run.State.Status.ShouldBe(ExperimentStatus.Succeeded);
        run.Events.OfType<StageSucceeded>().Select(e => e.Name)
            .ShouldBe(["prepare", "sft", "after-sft", "grpo", "after-grpo", "export", "deploy"]);
        run.Events.OfType<Contracts.Events.SegmentTrained>().Select(e => e.Step).ShouldBe([100, 200, 250]);
        run.Events.OfType<PolicyUpdated>().Select(e => e.PolicyVersion).ShouldBe([1, 2, 3, 4]);
        run.Events.OfType<Contracts.Events.RolloutsGenerated>().Count().ShouldBe(12);
        run.Events.OfType<SegmentResultIgnored>().ShouldBeEmpty();
    }

    [Fact]
    public void Whatever_is_lost_doubled_or_reordered_each_segment_counts_once_and_the_model_is_the_same()
    {
        foreach (var asyncGenerate in new[] { false, true })
        {
            var undisturbed = new Run(Pipelines.Full(asyncGenerate));
            undisturbed.ToTheEnd(new Random(0), 0, 0);
            for (var seed = 1; seed <= 200; seed++)
            {
                var run = new Run(Pipelines.Full(asyncGenerate));
                run.ToTheEnd(new Random(seed), duplicate: 0.3, lose: 0.3);

                run.State.Status.ShouldBe(ExperimentStatus.Succeeded, $"seed {seed}");
                run.State.Model.ShouldBe(undisturbed.State.Model, $"seed {seed}");
                run.Accepted.GroupBy(name => name).ShouldAllBe(group => group.Count() == 1, $"seed {seed}");
                run.Accepted.Order().ShouldBe(undisturbed.Accepted.Order(), $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Stale_completions_carry_the_version_that_made_them()
    {
        var run = new Run(Pipelines.Full(asyncGenerate: true));
        run.ToTheEnd(new Random(1), 0, 0);
        foreach (var e in run.Events.OfType<Contracts.Events.RolloutsGenerated>())
        {
            e.PolicyVersion.ShouldBe(Math.Max(0, e.Iteration - 1));
        }
    }

    [Fact]
    public void A_failure_that_a_retry_may_heal_is_tried_again_and_then_fails_the_stage()
    {
        var run = new Run(Pipelines.Full());
        run.Deliver(new AdvanceExperiment(run.State.Id, "submitted"));
        for (var attempt = 1; attempt <= ExperimentDecisions.MaxAttempts; attempt++)
        {
            var command = run.Commands.Dequeue();
            command.Address.Attempt.ShouldBe(attempt);
            run.Deliver(new Contracts.Messages.SegmentFailed(
                command.Address, ScriptedWorker.Identity(), new FailureReason(FailureKind.Infrastructure, "disk_full", "No space.")));
        }
        run.State.Status.ShouldBe(ExperimentStatus.Failed);
        run.State.Failure!.Code.ShouldBe("disk_full");
        run.Commands.ShouldBeEmpty();
    }

    [Fact]
    public void Bad_input_fails_the_stage_at_once_and_a_retry_goes_on_from_there()
    {
        var run = new Run(Pipelines.Full());
        run.Deliver(new AdvanceExperiment(run.State.Id, "submitted"));
        run.Deliver(ScriptedWorker.Answer(run.Commands.Dequeue()));
        var train = run.Commands.Dequeue();
        run.Deliver(new Contracts.Messages.SegmentFailed(
            train.Address, ScriptedWorker.Identity(), new FailureReason(FailureKind.BadInput, "no_rows", "No row is usable.")));
        run.State.Status.ShouldBe(ExperimentStatus.Failed);
        run.Commands.ShouldBeEmpty();

        run.Append(LifecycleDecisions.Retry(run.State, "data repaired")!);
        run.Deliver(new AdvanceExperiment(run.State.Id, "retried"));
        run.Commands.Dequeue().Address.Segment.ShouldBe(train.Address.Segment);
        run.State.Stages[0].Status.ShouldBe(StageStatus.Succeeded);
    }

    [Fact]
    public void A_late_result_after_a_cancel_is_recorded_and_changes_nothing()
    {
        var run = new Run(Pipelines.Full());
        run.Deliver(new AdvanceExperiment(run.State.Id, "submitted"));
        var command = run.Commands.Dequeue();
        run.Append(LifecycleDecisions.Cancel(run.State, "enough")!);
        run.Deliver(ScriptedWorker.Answer(command));
        run.State.Status.ShouldBe(ExperimentStatus.Cancelled);
        run.Events[^1].ShouldBeOfType<SegmentResultIgnored>();
        run.Commands.ShouldBeEmpty();
        Should.Throw<ProblemException>(() => LifecycleDecisions.Resume(run.State, null));
    }

    [Fact]
    public void A_pause_lets_the_running_segment_count_and_sends_no_other()
    {
        var run = new Run(Pipelines.Full());
        run.Deliver(new AdvanceExperiment(run.State.Id, "submitted"));
        run.Append(LifecycleDecisions.Pause(run.State, null)!);
        run.Deliver(ScriptedWorker.Answer(run.Commands.Dequeue()));
        run.State.Stages[0].Finished.ShouldBeTrue();
        run.Commands.ShouldBeEmpty();
        run.Append(LifecycleDecisions.Resume(run.State, null)!);
        run.Deliver(new AdvanceExperiment(run.State.Id, "resumed"));
        run.Commands.Count.ShouldBe(1);
    }

    [Fact]
    public void Silence_is_judged_by_who_took_the_segment_and_who_is_idle()
    {
        var run = new Run(Pipelines.Full());
        run.Deliver(new AdvanceExperiment(run.State.Id, "submitted"));
        var settings = RecoverySettings.Default;
        List<SegmentLost> Lost(TimeSpan after, DateTimeOffset? progress, params WorkerKind[] idle) =>
            [.. OutstandingWork.Lost(run.State, false, (_, _) => progress, idle.ToHashSet(), settings, Start + after)];

        Lost(settings.Waiting / 2, null, WorkerKind.Train).ShouldBeEmpty();
        Lost(settings.Waiting * 2, null, WorkerKind.Rollout).ShouldBeEmpty();
        Lost(settings.Waiting * 2, null, WorkerKind.Train).Count.ShouldBe(1);
        run.Deliver(new Contracts.Messages.SegmentStarted(run.Commands.Peek().Address, ScriptedWorker.Identity()));
        Lost(settings.Running / 2, null).ShouldBeEmpty();
        Lost(settings.Running * 2, Start + (settings.Running * 1.5)).ShouldBeEmpty();
        Lost(settings.Running * 2, null).Count.ShouldBe(1);
        OutstandingWork.Lost(run.State, true, (_, _) => null, new HashSet<WorkerKind>(), settings, Start).Count().ShouldBe(1);
    }

    /// <summary>An experiment in memory: delivers messages, folds events, keeps the commands that went out.</summary>
    private sealed class Run
    {
        public Run(PipelineSpec spec)
        {
            var id = Guid.Parse("00000000-0000-0000-0000-000000000001");
            State = ExperimentFold.Apply(id, null, new Happened(Pipelines.Submitted(spec), 1, Start, "tester"))!;
        }

        public Experiment State { get; private set; }
        public List<IExperimentEvent> Events { get; } = [];
        public Queue<ISegmentCommand> Commands { get; } = new();
        public List<string> Accepted { get; } = [];

        public void Append(IExperimentEvent e)
        {
            State = ExperimentFold.Apply(State.Id, State, new Happened(e, State.Version + 1, Start, "tester"))!;
            Events.Add(e);
        }

        public void Deliver(object message)
        {
            var before = State;
            var (after, events) = ExperimentStep.Take(before, message, Start);
            State = after;
            Events.AddRange(events);
            foreach (var command in ExperimentStep.Commands(after, events))
            {
                Commands.Enqueue(command);
            }
            if (message is ISegmentReply reply && after.Stages[reply.Address.Stage].SegmentsDone > before.Stages[reply.Address.Stage].SegmentsDone)
            {
                Accepted.Add($"{reply.Address.Stage}/{reply.Address.Segment}");
            }
        }

        public void ToTheEnd(Random random, double duplicate, double lose)
        {
            Deliver(new AdvanceExperiment(State.Id, "submitted"));
            var underway = new List<ISegmentCommand>();
            for (var steps = 0; !State.IsFinal && steps < 10_000; steps++)
            {
                while (Commands.TryDequeue(out var sent))
                {
                    underway.Add(sent);
                }
                if (underway.Count == 0)
                {
                    // Everything was lost on the way: the reconciler finds what the stream says is outstanding.
                    foreach (var lost in OutstandingWork.Lost(State, true, (_, _) => null, new HashSet<WorkerKind>(), RecoverySettings.Default, Start).ToList())
                    {
                        Deliver(lost);
                    }
                    continue;
                }
                var command = underway[random.Next(underway.Count)];
                if (random.NextDouble() >= duplicate)
                {
                    underway.Remove(command);
                }
                if (random.NextDouble() >= lose)
                {
                    Deliver(new Contracts.Messages.SegmentStarted(command.Address, ScriptedWorker.Identity()));
                    Deliver(ScriptedWorker.Answer(command));
                }
            }
        }
    }
}
