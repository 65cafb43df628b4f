using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Access;
using Swift.Contracts.Experiments;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>Routes of <c>/v1/experiments</c>.</summary>
internal static class ExperimentEndpoints
{
    internal static void MapExperiments(this RouteGroupBuilder v1)
    {
        var experiments = v1.MapGroup("/experiments").RequireRole(Role.Viewer, Role.Operator).WithTags("Experiments");
        experiments.MapPost("", Submission.Submit).WithName("SubmitExperiment")
            .WithSummary("Runs a registered pipeline, or one given inline. Durable before the answer.");
        experiments.MapGet("", ExperimentList.List).WithName("ListExperiments").WithSummary("Newest first, in pages.");
        experiments.MapGet("/{id:guid}", Get).WithName("GetExperiment").WithSummary("State, settings, stages and artifacts.");
        experiments.MapGet("/{id:guid}/events", EventHistory.Get).WithName("GetEvents")
            .WithSummary("The history as JSON; with Accept: text/event-stream, live, resuming after Last-Event-ID.");
        experiments.MapGet("/{id:guid}/metrics", Metrics.MetricQueries.Get).WithName("GetMetrics").WithSummary("Metrics by stage and name.");
        experiments.MapPost("/{id:guid}:cancel", Lifecycle.Cancel).WithName("CancelExperiment").WithSummary("Stops the work; what was made stays.");
        experiments.MapPost("/{id:guid}:pause", Lifecycle.Pause).WithName("PauseExperiment").WithSummary("Sends no further segment; the one under way ends.");
        experiments.MapPost("/{id:guid}:resume", Lifecycle.Resume).WithName("ResumeExperiment").WithSummary("Goes on after a pause.");
        experiments.MapPost("/{id:guid}:retry", Lifecycle.Retry).WithName("RetryExperiment").WithSummary("Goes on from the failed segment; what succeeded is kept.");
    }

    private static async Task<Ok<ExperimentView>> Get(Guid id, IQuerySession session, HttpResponse response, CancellationToken ct)
    {
        var experiment = await session.LoadAsync<Experiment>(id, ct) ?? throw NotFound(id);
        response.Headers.ETag = $"\"v{experiment.Version}\"";
        return TypedResults.Ok(experiment.ToView());
    }

    internal static ProblemException NotFound(Guid id) =>
        new(StatusCodes.Status404NotFound, "experiment_not_found", $"There is no experiment {id}.");
}
