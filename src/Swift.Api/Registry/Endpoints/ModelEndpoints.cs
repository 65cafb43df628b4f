using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Pipelines.Validation;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Registry.Endpoints;

/// <summary>Routes of <c>/v1/models</c>.</summary>
internal static class ModelEndpoints
{
    internal static void MapModels(this RouteGroupBuilder v1)
    {
        var models = v1.MapGroup("/models").RequireRole(Role.Viewer, Role.Operator).WithTags("Models");
        models.MapPost("", Register).WithName("RegisterModel").WithSummary("Makes the model that a stage left a new version. The same stage again gives the same version.");
        models.MapGet("", List).WithName("ListModels").WithSummary("By name, in pages.");
        models.MapGet("/{name}", Get).WithName("GetModel").WithSummary("All versions, and what the aliases mean.");
        models.MapGet("/{name}/versions/{version:int}", GetVersion).WithName("GetModelVersion").WithSummary("One version: its artifact, where it comes from, how it was measured.");
        models.MapGet("/{name}/aliases/{alias}", GetAlias).WithName("GetAlias").WithSummary("What an alias means now, or meant at any moment (at).");
        models.MapGet("/{name}/aliases/{alias}/history", GetHistory).WithName("GetAliasHistory").WithSummary("Every move and every refused promotion, with actor, reason and evidence.");
        models.MapPost("/{name}/aliases/{alias}:move", Move).WithName("MoveAlias").WithSummary("Lets an alias mean another version; a rollback is a move to an earlier one.");
    }

    private static async Task<Results<Created<ModelVersionView>, Ok<ModelVersionView>>> Register(
        RegisterModel body, RegisteredModels models, HttpContext http, CancellationToken ct)
    {
        RequireName(body.Name, "name");
        var (model, version, isNew) = await models.RegisterAsync(body, http.Actor(), ct);
        var view = model.ToView(model.Versions[version - 1]);
        return isNew ? TypedResults.Created($"/v1/models/{model.Name}/versions/{version}", view) : TypedResults.Ok(view);
    }

    private static async Task<Ok<Page<ModelSummary>>> List(RegisteredModels models, CancellationToken ct, int? pageSize = null, string? pageToken = null) =>
        TypedResults.Ok(await models.ListAsync(pageSize, pageToken, ct));

    private static async Task<Ok<ModelView>> Get(string name, RegisteredModels models, CancellationToken ct) =>
        TypedResults.Ok((await models.Find(name, ct)).ToView());

    private static async Task<Ok<ModelVersionView>> GetVersion(string name, int version, RegisteredModels models, CancellationToken ct)
    {
        var model = await models.Find(name, ct);
        return TypedResults.Ok(model.ToView(RegisteredModels.VersionOf(model, version)));
    }

    private static async Task<Ok<AliasView>> GetAlias(string name, string alias, RegisteredModels models, CancellationToken ct, string? at = null)
    {
        var moment = at is null ? (DateTimeOffset?)null : Moment.Parse(at, "at");
        var model = moment is { } then ? await models.FindAt(name, then, ct) : await models.Find(name, ct);
        return TypedResults.Ok(model?.ToView(alias) ?? throw NoAlias(alias, moment));
    }

    private static async Task<Ok<IReadOnlyList<AliasDecision>>> GetHistory(string name, string alias, RegisteredModels models, CancellationToken ct)
    {
        var model = await models.Find(name, ct);
        IReadOnlyList<AliasDecision> history = [.. model.Changes.Where(change => change.Alias == alias).Select(change => change.Decision)];
        return TypedResults.Ok(history.Count > 0 ? history : throw NoAlias(alias, null));
    }

    private static async Task<Ok<AliasView>> Move(string name, string alias, MoveAlias body, RegisteredModels models, HttpContext http, CancellationToken ct)
    {
        RequireName(alias, "alias");
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 1000)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "reason_missing", "reason: say in 1 to 1000 characters why the alias moves.");
        }
        var model = await models.MoveAsync(name, alias, body, http.Actor(), ct);
        return TypedResults.Ok(model.ToView(alias)!);
    }

    private static void RequireName(string name, string field)
    {
        if (!PipelineValidation.IsName(name))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "bad_name",
                $"{field}: must be 1 to 100 lower-case letters, digits, '-', '_' or '.', and begin with a letter or a digit.");
        }
    }

    private static ProblemException NoAlias(string alias, DateTimeOffset? at) => new(
        StatusCodes.Status404NotFound, "alias_not_found", at is null ? $"The model has no alias {alias}." : $"The model had no alias {alias} at {at:O}.");
}
