using Swift.Contracts.Events;
using Swift.Contracts.Experiments;

namespace Swift.Api.Experiments.Aggregate;

/// <summary>An event as the fold needs it: what, when, which place in the stream, by whom.</summary>
public readonly record struct Happened(object Event, long Version, DateTimeOffset At, string? Actor);

/// <summary>The pure fold from events to <see cref="Experiment"/>. No clock, no ids, no input or output.</summary>
public static class ExperimentFold
{
    /// <summary>Folds one event. An unknown event changes nothing but the version, so that old code can read newer streams.</summary>
    public static Experiment? Apply(Guid id, Experiment? state, Happened happened)
    {
        if (happened.Event is ExperimentSubmitted submitted)
        {
            return Submit(id, submitted, happened);
        }
        if (state is null)
        {
            return null;
        }
        var next = Change(state, happened);
        return next with { Version = (int)happened.Version, UpdatedAt = happened.At };
    }

    private static Experiment Submit(Guid id, ExperimentSubmitted e, Happened happened) => new()
    {
        Id = id,
        Version = (int)happened.Version,
        Name = e.Name,
        Status = ExperimentStatus.Submitted,
        SubmittedBy = happened.Actor ?? "unknown",
        SubmittedAt = happened.At,
        UpdatedAt = happened.At,
        PipelineName = e.PipelineName,
        PipelineVersion = e.PipelineVersion,
        CodeVersion = e.CodeVersion,
        RequestDigest = e.RequestDigest,
        Reproduces = e.Reproduces,
        Settings = e.Settings,
        Inputs = e.Inputs,
        Stages = [.. e.Settings.Stages.Select((stage, index) => new Stage { Index = index, Name = stage.Name!, Kind = stage.Kind })],
    };

    private static Experiment Change(Experiment state, Happened happened) => happened.Event switch
    {
        StageStarted e => state.With(e.Stage, stage => stage with
        {
            Status = StageStatus.Running,
            StartedAt = happened.At,
            BaseModel = e.Model,
        }) with
        { Status = ExperimentStatus.Running },
        StageSucceeded e => state.With(e.Stage, stage => stage with
        {
            Status = StageStatus.Succeeded,
            FinishedAt = happened.At,
            Outstanding = [],
            Rollouts = [],
            Artifacts = e.Artifacts,
        }) with
        { Model = e.Model ?? state.Model },
        StageFailed e => state.With(e.Stage, stage => stage with
        {
            Status = StageStatus.Failed,
            FinishedAt = happened.At,
            Outstanding = [],
            Failure = e.Reason,
        }),
        ModelRegistered e => state.With(e.Stage, stage => stage with
        {
            Finished = true,
            Registration = new Registration(e.ModelName, e.Version, e.Alias, e.Promoted, e.Reason, e.Evidence.Gates),
        }),
        ExperimentSucceeded e => state with { Status = ExperimentStatus.Succeeded, FinishedAt = happened.At, Model = e.Model ?? state.Model },
        ExperimentFailed e => state with { Status = ExperimentStatus.Failed, FinishedAt = happened.At, Failure = e.Reason },
        ExperimentCancelled => Cancel(state, happened.At),
        ExperimentPaused => state with { Status = ExperimentStatus.Paused },
        ExperimentResumed => state with { Status = Resumed(state) },
        ExperimentRetried e => state.With(e.FromStage, stage => stage with
        {
            Status = stage.StartedAt is null ? StageStatus.Pending : StageStatus.Running,
            FinishedAt = null,
            Failure = null,
        }) with
        { Status = Resumed(state), FinishedAt = null, Failure = null },
        _ => SegmentFold.Change(state, happened),
    };

    private static ExperimentStatus Resumed(Experiment state) =>
        state.Stages.Any(stage => stage.StartedAt is not null) ? ExperimentStatus.Running : ExperimentStatus.Submitted;

    private static Experiment Cancel(Experiment state, DateTimeOffset at) => state with
    {
        Status = ExperimentStatus.Cancelled,
        FinishedAt = at,
        Stages =
        [
            .. state.Stages.Select(stage => stage.Status is StageStatus.Running or StageStatus.Pending
                ? stage with { Status = StageStatus.Cancelled, FinishedAt = stage.StartedAt is null ? null : at, Outstanding = [] }
                : stage),
        ],
    };

    internal static Experiment With(this Experiment state, int index, Func<Stage, Stage> change) => state with
    {
        Stages = [.. state.Stages.Select(stage => stage.Index == index ? change(stage) : stage)],
    };
}
