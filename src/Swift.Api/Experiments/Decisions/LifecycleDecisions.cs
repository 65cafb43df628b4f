using Swift.Api.Errors;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;

namespace Swift.Api.Experiments.Decisions;

/// <summary>Commands of people, as pure decisions: an event, null when it is already so, or a refusal (409) that says why.</summary>
public static class LifecycleDecisions
{
    public static IExperimentEvent? Cancel(Experiment state, string? reason) => state.Status switch
    {
        ExperimentStatus.Cancelled => null,
        ExperimentStatus.Succeeded or ExperimentStatus.Failed => throw Refused(state, "cancelled"),
        _ => new ExperimentCancelled(reason),
    };

    public static IExperimentEvent? Pause(Experiment state, string? reason) => state.Status switch
    {
        ExperimentStatus.Paused => null,
        ExperimentStatus.Submitted or ExperimentStatus.Running => new ExperimentPaused(reason),
        _ => throw Refused(state, "paused"),
    };

    public static IExperimentEvent? Resume(Experiment state, string? reason) => state.Status switch
    {
        ExperimentStatus.Submitted or ExperimentStatus.Running => null,
        ExperimentStatus.Paused => new ExperimentResumed(reason),
        _ => throw Refused(state, "resumed; a failed one can be retried"),
    };

    public static IExperimentEvent? Retry(Experiment state, string? reason) => state.Status switch
    {
        ExperimentStatus.Submitted or ExperimentStatus.Running => null,
        ExperimentStatus.Failed => new ExperimentRetried(reason, state.CurrentStage!.Index),
        _ => throw Refused(state, "retried; only a failed one can"),
    };

    private static ProblemException Refused(Experiment state, string what) => new(
        StatusCodes.Status409Conflict, "wrong_state",
        $"The experiment is {state.Status.ToString().ToLowerInvariant()} and cannot be {what}.");
}
