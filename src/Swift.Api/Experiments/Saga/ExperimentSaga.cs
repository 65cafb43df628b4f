using MassTransit;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;

namespace Swift.Api.Experiments.Saga;

/// <summary>
/// The saga's own state: where the state machine stands, and up to which event it has led. All else is in the stream;
/// this document can be dropped and made again from it.
/// </summary>
public sealed class ExperimentSagaState : SagaStateMachineInstance
{
    /// <summary>The experiment.</summary>
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "Initial";
    public long StreamVersion { get; set; }

    /// <summary>The saga of an experiment, from its stream alone.</summary>
    public static ExperimentSagaState From(Experiment experiment) => new()
    {
        CorrelationId = experiment.Id,
        CurrentState = StateName(experiment.Status),
        StreamVersion = experiment.Version,
    };

    internal static string StateName(ExperimentStatus status) => status == ExperimentStatus.Submitted ? "Running" : status.ToString();
}

/// <summary>
/// Leads an experiment from stage to stage and a GRPO loop from iteration to iteration. Every message does the same:
/// load the stream, let the pure decisions say what follows, append it, send the commands it asks for; so the machine's
/// states only mirror what the stream says, and a message that comes twice or late finds nothing left to do.
/// </summary>
public sealed class ExperimentSaga : MassTransitStateMachine<ExperimentSagaState>
{
    public ExperimentSaga()
    {
        InstanceState(saga => saga.CurrentState);
        Event(() => Advance, e => e.CorrelateById(context => context.Message.ExperimentId));
        Event(() => Lost, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Started, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Prepared, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Trained, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Generated, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => PolicyTrained, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Evaluated, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Exported, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => Deployed, e => e.CorrelateById(context => context.Message.Address.ExperimentId));
        Event(() => SegmentFailed, e => e.CorrelateById(context => context.Message.Address.ExperimentId));

        Lead(Advance);
        Lead(Lost);
        Lead(Started);
        Lead(Prepared);
        Lead(Trained);
        Lead(Generated);
        Lead(PolicyTrained);
        Lead(Evaluated);
        Lead(Exported);
        Lead(Deployed);
        Lead(SegmentFailed);
    }

    public State Running { get; private set; } = null!;
    public State Paused { get; private set; } = null!;
    public State Succeeded { get; private set; } = null!;
    public State Failed { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;

    public Event<AdvanceExperiment> Advance { get; private set; } = null!;
    public Event<SegmentLost> Lost { get; private set; } = null!;
    public Event<SegmentStarted> Started { get; private set; } = null!;
    public Event<ModelPrepared> Prepared { get; private set; } = null!;
    public Event<SegmentTrained> Trained { get; private set; } = null!;
    public Event<RolloutsGenerated> Generated { get; private set; } = null!;
    public Event<PolicyTrained> PolicyTrained { get; private set; } = null!;
    public Event<ModelEvaluated> Evaluated { get; private set; } = null!;
    public Event<ModelExported> Exported { get; private set; } = null!;
    public Event<ModelDeployed> Deployed { get; private set; } = null!;
    public Event<SegmentFailed> SegmentFailed { get; private set; } = null!;

    /// <summary>The same in every state: what a message means depends on the stream, and a final state still records late results.</summary>
    private void Lead<TMessage>(Event<TMessage> message)
        where TMessage : class
    {
        Initially(When(message).Activity(x => x.OfType<LeadExperiment<TMessage>>()).ThenAsync(Mirror));
        DuringAny(When(message).Activity(x => x.OfType<LeadExperiment<TMessage>>()).ThenAsync(Mirror));
    }

    private Task Mirror<TMessage>(BehaviorContext<ExperimentSagaState, TMessage> context)
        where TMessage : class =>
        context.TryGetPayload<ExperimentLed>(out var led)
            ? context.TransitionToState(GetState(ExperimentSagaState.StateName(led.Status)))
            : Task.CompletedTask;
}

/// <summary>What the lead left behind, for the state machine to mirror.</summary>
internal sealed record ExperimentLed(ExperimentStatus Status);
