using Refit;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Schedules;

namespace Swift.Contracts.Rest;

/// <summary>The REST API, as the CLI and .NET programs speak it. Errors are <see cref="ApiException"/>s with RFC 9457 problem details.</summary>
public interface ISwiftApi
{
    [Post("/v1/pipelines:validate")]
    Task<PipelinePlan> ValidatePipeline([Body] System.Text.Json.JsonElement pipeline, CancellationToken ct = default);

    [Post("/v1/pipelines")]
    Task<RegisteredPipeline> RegisterPipeline([Body] System.Text.Json.JsonElement pipeline, CancellationToken ct = default);

    [Get("/v1/pipelines")]
    Task<Page<RegisteredPipeline>> ListPipelines([AliasAs("pageSize")] int? pageSize = null, [AliasAs("pageToken")] string? pageToken = null, CancellationToken ct = default);

    [Get("/v1/pipelines/{name}")]
    Task<RegisteredPipeline> GetPipeline(string name, [AliasAs("version")] int? version = null, CancellationToken ct = default);

    [Post("/v1/experiments")]
    Task<ExperimentAccepted> SubmitExperiment([Body] SubmitExperiment body, [Header("Idempotency-Key")] string? idempotencyKey = null, CancellationToken ct = default);

    [Get("/v1/experiments")]
    Task<Page<ExperimentSummary>> ListExperiments(
        [AliasAs("status")] string? status = null, [AliasAs("name")] string? name = null, [AliasAs("orderBy")] string? orderBy = null,
        [AliasAs("pageSize")] int? pageSize = null, [AliasAs("pageToken")] string? pageToken = null, CancellationToken ct = default);

    [Get("/v1/experiments/{id}")]
    Task<ExperimentView> GetExperiment(Guid id, CancellationToken ct = default);

    [Get("/v1/experiments/{id}/events")]
    Task<Page<EventView>> GetEvents(Guid id, [AliasAs("fromVersion")] long? fromVersion = null, [AliasAs("pageSize")] int? pageSize = null, CancellationToken ct = default);

    /// <summary>Server-sent events: <c>id</c> = stream version, <c>event</c> = type, <c>data</c> = <see cref="EventView"/>; between them, without id, <c>event: progress</c> with <see cref="SegmentProgress"/>. Ends after the experiment's last event.</summary>
    [Get("/v1/experiments/{id}/events"), Headers("Accept: text/event-stream")]
    Task<HttpResponseMessage> StreamEvents(Guid id, [Header("Last-Event-ID")] long? lastEventId = null, CancellationToken ct = default);

    /// <param name="version">The state after this event. Excludes <paramref name="at"/>; without either, the newest.</param>
    [Get("/v1/experiments/{id}/state")]
    Task<ExperimentStateAt> GetStateAt(
        Guid id, [AliasAs("version")] long? version = null, [AliasAs("at")] string? at = null, CancellationToken ct = default);

    [Get("/v1/experiments/{id}/diff")]
    Task<ExperimentDiff> GetDiff(Guid id, [AliasAs("from")] long? from = null, [AliasAs("to")] long? to = null, CancellationToken ct = default);

    [Get("/v1/experiments/{id}/timeline")]
    Task<ExperimentTimeline> GetTimeline(Guid id, CancellationToken ct = default);

    [Get("/v1/audit/tree-head")]
    Task<PublishedHead> GetTreeHead(CancellationToken ct = default);

    [Get("/v1/audit/inclusion/{eventId}")]
    Task<InclusionProof> ProveInclusion(Guid eventId, CancellationToken ct = default);

    [Get("/v1/audit/consistency")]
    Task<ConsistencyProof> ProveConsistency([AliasAs("from")] long from, [AliasAs("to")] long? to = null, CancellationToken ct = default);

    [Get("/v1/audit/verify")]
    Task<AuditReport> VerifyLog(CancellationToken ct = default);

    /// <summary>Lines of JSON; docs/audit.md has their format.</summary>
    [Get("/v1/audit/export")]
    Task<HttpResponseMessage> ExportLog(
        [AliasAs("experiment")] Guid? experiment = null, [AliasAs("from"), Query(CollectionFormat.Multi)] long[]? from = null, CancellationToken ct = default);

    [Get("/v1/experiments/{id}/metrics")]
    Task<IReadOnlyList<MetricSeries>> GetMetrics(Guid id, [AliasAs("name")] string? name = null, CancellationToken ct = default);

    [Post("/v1/experiments/{id}:cancel")]
    Task<ExperimentView> Cancel(Guid id, [Body] ExperimentCommand body, CancellationToken ct = default);

    [Post("/v1/experiments/{id}:pause")]
    Task<ExperimentView> Pause(Guid id, [Body] ExperimentCommand body, CancellationToken ct = default);

    [Post("/v1/experiments/{id}:resume")]
    Task<ExperimentView> Resume(Guid id, [Body] ExperimentCommand body, CancellationToken ct = default);

    /// <summary>Goes on from the failed segment; what succeeded is kept.</summary>
    [Post("/v1/experiments/{id}:retry")]
    Task<ExperimentView> Retry(Guid id, [Body] ExperimentCommand body, CancellationToken ct = default);

    /// <summary>Makes the model that a stage left a new version of a registered model.</summary>
    [Post("/v1/models")]
    Task<ModelVersionView> RegisterModel([Body] RegisterModel body, CancellationToken ct = default);

    [Get("/v1/models")]
    Task<Page<ModelSummary>> ListModels([AliasAs("pageSize")] int? pageSize = null, [AliasAs("pageToken")] string? pageToken = null, CancellationToken ct = default);

    [Get("/v1/models/{name}")]
    Task<ModelView> GetModel(string name, CancellationToken ct = default);

    [Get("/v1/models/{name}/versions/{version}")]
    Task<ModelVersionView> GetModelVersion(string name, int version, CancellationToken ct = default);

    /// <param name="at">Any moment, with its offset from UTC: what the alias meant then. Default: now.</param>
    [Get("/v1/models/{name}/aliases/{alias}")]
    Task<AliasView> GetAlias(string name, string alias, [AliasAs("at")] string? at = null, CancellationToken ct = default);

    /// <summary>Every move of the alias, and every promotion that was refused, the oldest first.</summary>
    [Get("/v1/models/{name}/aliases/{alias}/history")]
    Task<IReadOnlyList<AliasDecision>> GetAliasHistory(string name, string alias, CancellationToken ct = default);

    [Post("/v1/models/{name}/aliases/{alias}:move")]
    Task<AliasView> MoveAlias(string name, string alias, [Body] MoveAlias body, CancellationToken ct = default);

    /// <summary>Runs a registered pipeline by a rule from now on.</summary>
    [Post("/v1/schedules")]
    Task<ScheduleView> CreateSchedule([Body] CreateSchedule body, CancellationToken ct = default);

    [Get("/v1/schedules")]
    Task<Page<ScheduleView>> ListSchedules([AliasAs("pageSize")] int? pageSize = null, [AliasAs("pageToken")] string? pageToken = null, CancellationToken ct = default);

    [Get("/v1/schedules/{name}")]
    Task<ScheduleView> GetSchedule(string name, CancellationToken ct = default);

    /// <summary>Replaces the rule; what was due by the old one is recorded.</summary>
    [Put("/v1/schedules/{name}")]
    Task<ScheduleView> ChangeSchedule(string name, [Body] ScheduleSpec body, CancellationToken ct = default);

    /// <summary>Fires no more; the history and the experiments stay.</summary>
    [Delete("/v1/schedules/{name}")]
    Task DeleteSchedule(string name, CancellationToken ct = default);

    [Get("/v1/schedules/{name}/next")]
    Task<IReadOnlyList<NextFire>> GetNextFires(string name, [AliasAs("count")] int? count = null, CancellationToken ct = default);

    [Get("/v1/schedules/{name}/events")]
    Task<Page<EventView>> GetScheduleEvents(string name, [AliasAs("fromVersion")] long? fromVersion = null, [AliasAs("pageSize")] int? pageSize = null, CancellationToken ct = default);

    [Post("/v1/schedules/{name}:trigger")]
    Task<ScheduleView> TriggerSchedule(string name, [Body] TriggerSchedule body, CancellationToken ct = default);

    [Post("/v1/schedules/{name}:pause")]
    Task<ScheduleView> PauseSchedule(string name, [Body] ScheduleCommand body, CancellationToken ct = default);

    [Post("/v1/schedules/{name}:resume")]
    Task<ScheduleView> ResumeSchedule(string name, [Body] ScheduleCommand body, CancellationToken ct = default);

    [Post("/v1/schedules/{name}:backfill")]
    Task<ScheduleView> BackfillSchedule(string name, [Body] BackfillSchedule body, CancellationToken ct = default);

    /// <summary>The bytes of an artifact; of a folder, its manifest.</summary>
    [Get("/v1/artifacts/{digest}")]
    Task<HttpResponseMessage> GetArtifact(string digest, CancellationToken ct = default);

    [Post("/v1/experiments/{id}:reproduce")]
    Task<ReproductionAccepted> ReproduceExperiment(Guid id, [Body] ReproduceExperiment body, CancellationToken ct = default);

    [Get("/v1/experiments/{id}/comparison")]
    Task<ExperimentComparison> CompareExperiments(Guid id, [AliasAs("with")] Guid with, CancellationToken ct = default);

    [Get("/v1/artifacts/{digest}/lineage")]
    Task<LineageGraph> GetLineage(
        string digest, [AliasAs("direction")] string? direction = null, [AliasAs("detail")] string? detail = null, [AliasAs("depth")] int? depth = null,
        CancellationToken ct = default);

    /// <param name="format"><c>mermaid</c> or <c>dot</c>.</param>
    [Get("/v1/artifacts/{digest}/lineage")]
    Task<HttpResponseMessage> DrawLineage(
        string digest, [AliasAs("format")] string format, [AliasAs("direction")] string? direction = null, [AliasAs("detail")] string? detail = null,
        [AliasAs("depth")] int? depth = null, CancellationToken ct = default);

    [Post("/v1/artifacts:collect-garbage")]
    Task<GarbageCollectionReport> CollectGarbage(CancellationToken ct = default);

    [Get("/v1/workers")]
    Task<IReadOnlyList<WorkerView>> ListWorkers(CancellationToken ct = default);

    /// <summary>Makes a key; it is shown this once.</summary>
    [Post("/v1/api-keys")]
    Task<ApiKeyCreated> CreateApiKey([Body] CreateApiKey body, CancellationToken ct = default);

    [Get("/v1/api-keys")]
    Task<Page<ApiKeyView>> ListApiKeys(CancellationToken ct = default);

    [Post("/v1/api-keys/{name}:revoke")]
    Task<ApiKeyView> RevokeApiKey(string name, [Body] RevokeApiKey body, CancellationToken ct = default);

    /// <summary>Who the server takes the caller for.</summary>
    [Get("/v1/caller")]
    Task<CallerView> GetCaller(CancellationToken ct = default);

    /// <summary>Tells an address what happens; the secret that messages are signed with is shown this once.</summary>
    [Post("/v1/webhooks")]
    Task<WebhookCreatedView> CreateWebhook([Body] CreateWebhook body, CancellationToken ct = default);

    [Get("/v1/webhooks")]
    Task<Page<WebhookView>> ListWebhooks(CancellationToken ct = default);

    [Get("/v1/webhooks/{id}")]
    Task<WebhookView> GetWebhook(Guid id, CancellationToken ct = default);

    /// <summary>Sends nothing more, also of what waits.</summary>
    [Delete("/v1/webhooks/{id}")]
    Task DeleteWebhook(Guid id, CancellationToken ct = default);

    /// <param name="status"><c>pending</c>, <c>delivered</c> or <c>dead</c>. Default: all.</param>
    [Get("/v1/webhooks/{id}/deliveries")]
    Task<Page<WebhookDeliveryView>> ListDeliveries(
        Guid id, [AliasAs("status")] string? status = null, [AliasAs("pageSize")] int? pageSize = null, [AliasAs("pageToken")] string? pageToken = null,
        CancellationToken ct = default);

    /// <summary>Sends a message again, with the same id.</summary>
    [Post("/v1/webhooks/{id}/deliveries/{delivery}:replay")]
    Task<WebhookDeliveryView> ReplayDelivery(Guid id, Guid delivery, CancellationToken ct = default);

    /// <summary>Drops every read model and saga state and makes them anew from the events.</summary>
    [Post("/v1/admin/read-models:rebuild")]
    Task<RebuildReport> RebuildReadModels(CancellationToken ct = default);
}
