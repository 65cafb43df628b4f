using Marten;
using Swift.Contracts.Events;

namespace Swift.Api.EventStore;

/// <summary>The stored name of every event type: fixed when the type is born, whatever its class is called later.</summary>
public static class EventTypes
{
    public static IReadOnlyDictionary<string, Type> ByName { get; } = new Dictionary<string, Type>
    {
        ["experiment_submitted.v1"] = typeof(ExperimentSubmitted),
        ["stage_started.v1"] = typeof(StageStarted),
        ["segment_requested.v1"] = typeof(SegmentRequested),
        ["segment_started.v1"] = typeof(SegmentStarted),
        ["model_prepared.v1"] = typeof(ModelPrepared),
        ["segment_trained.v1"] = typeof(SegmentTrained),
        ["rollouts_generated.v1"] = typeof(RolloutsGenerated),
        ["policy_updated.v1"] = typeof(PolicyUpdated),
        ["model_evaluated.v1"] = typeof(ModelEvaluated),
        ["model_exported.v1"] = typeof(ModelExported),
        ["model_deployed.v1"] = typeof(ModelDeployed),
        ["model_registered.v1"] = typeof(ModelRegistered),
        ["metrics_recorded.v1"] = typeof(MetricsRecorded),
        ["rows_dropped.v1"] = typeof(RowsDropped),
        ["steps_skipped.v1"] = typeof(StepsSkipped),
        ["segment_failed.v1"] = typeof(SegmentFailed),
        ["segment_result_ignored.v1"] = typeof(SegmentResultIgnored),
        ["stage_succeeded.v1"] = typeof(StageSucceeded),
        ["stage_failed.v1"] = typeof(StageFailed),
        ["experiment_succeeded.v1"] = typeof(ExperimentSucceeded),
        ["experiment_failed.v1"] = typeof(ExperimentFailed),
        ["experiment_cancelled.v1"] = typeof(ExperimentCancelled),
        ["experiment_paused.v1"] = typeof(ExperimentPaused),
        ["experiment_resumed.v1"] = typeof(ExperimentResumed),
        ["experiment_retried.v1"] = typeof(ExperimentRetried),
        ["model_version_added.v1"] = typeof(ModelVersionAdded),
        ["model_alias_moved.v1"] = typeof(ModelAliasMoved),
        ["model_promotion_refused.v1"] = typeof(ModelPromotionRefused),
        ["schedule_created.v1"] = typeof(ScheduleCreated),
        ["schedule_changed.v1"] = typeof(ScheduleChanged),
        ["schedule_deleted.v1"] = typeof(ScheduleDeleted),
        ["schedule_paused.v1"] = typeof(SchedulePaused),
        ["schedule_resumed.v1"] = typeof(ScheduleResumed),
        ["fires_requested.v1"] = typeof(FiresRequested),
        ["fire_buffered.v1"] = typeof(FireBuffered),
        ["schedule_fired.v1"] = typeof(ScheduleFired),
        ["fire_skipped.v1"] = typeof(FireSkipped),
        ["fire_failed.v1"] = typeof(FireFailed),
        ["fires_missed.v1"] = typeof(FiresMissed),
        ["scheduled_experiment_finished.v1"] = typeof(ScheduledExperimentFinished),
        ["scheduled_experiment_retried.v1"] = typeof(ScheduledExperimentRetried),
    };

    public static void MapSwiftEvents(this StoreOptions options)
    {
        foreach (var (name, type) in ByName)
        {
            options.Events.MapEventType(type, name);
        }
    }
}
