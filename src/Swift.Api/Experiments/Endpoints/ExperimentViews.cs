using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>The state as the REST API shows it.</summary>
internal static class ExperimentViews
{
    internal static ExperimentView ToView(this Experiment experiment) => new(
        experiment.Id, experiment.Name, experiment.Status, experiment.Version, experiment.SubmittedBy, experiment.SubmittedAt,
        experiment.FinishedAt, experiment.PipelineName, experiment.PipelineVersion, experiment.CodeVersion, experiment.Settings,
        experiment.Inputs, [.. experiment.Stages.Select(ToView)], experiment.Model, experiment.Failure,
        experiment.Reproduces);

    internal static ExperimentSummary ToSummary(this Experiment experiment) => new(
        experiment.Id, experiment.Name, experiment.Status, experiment.Version, experiment.SubmittedAt, experiment.UpdatedAt,
        experiment.IsFinal ? null : experiment.CurrentStage?.Name, experiment.SubmittedBy, experiment.Model?.Digest);

    private static StageView ToView(Stage stage) => new(
        stage.Index, stage.Name, stage.Kind, stage.Status, stage.StartedAt, stage.FinishedAt, stage.Step, stage.TotalSteps,
        stage.Kind == StageKind.Grpo ? stage.PolicyVersion : null, stage.SegmentsDone, stage.Retries, stage.RowsDropped,
        stage.Artifacts, stage.Scores, stage.Endpoint, stage.Failure, stage.Registration);
}
