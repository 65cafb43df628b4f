using Marten;
using Marten.Linq.MatchesSql;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Paging;
using Swift.Api.Registry.Aggregate;
using Swift.Api.Registry.Decisions;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Registry;
using Swift.Contracts.Rest;

namespace Swift.Api.Registry;

/// <summary>The registered models: one stream each, named by the model's name.</summary>
public sealed class RegisteredModels(IDocumentStore store, PageTokens tokens)
{
    private const string PageList = "models";
    private const int Attempts = 20;

    internal static Guid StreamOf(string name) => DeterministicId.From("model", name);

    /// <exception cref="ProblemException"><c>model_not_found</c></exception>
    public async Task<RegisteredModel> Find(string name, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<RegisteredModel>(StreamOf(name), ct) ?? throw NotFound();
    }

    /// <summary>
    /// As it was at a moment: what its events before the first later one amount to, as everywhere where a moment is asked for.
    /// So whoever adds an event to the past does not change what the past was. Null when there was no model yet.
    /// </summary>
    /// <exception cref="ProblemException"><c>model_not_found</c></exception>
    public async Task<RegisteredModel?> FindAt(string name, DateTimeOffset moment, CancellationToken ct)
    {
        var id = StreamOf(name);
        await using var session = store.QuerySession();
        var events = await session.Events.FetchStreamAsync(id, token: ct);
        var projection = new ModelProjection();
        return events.Count == 0
            ? throw NotFound()
            : events.TakeWhile(e => e.Timestamp <= moment).Aggregate(default(RegisteredModel), (model, e) => projection.Evolve(model, id, e));
    }

    /// <summary>In the order of their names.</summary>
    public async Task<Page<ModelSummary>> ListAsync(int? pageSize, string? pageToken, CancellationToken ct)
    {
        var size = PageSize.Of(pageSize);
        await using var session = store.QuerySession();
        IQueryable<RegisteredModel> query = session.Query<RegisteredModel>();
        if (pageToken is not null)
        {
            var after = await tokens.ReadAsync(PageList, pageToken, ct);
            query = query.Where(model => model.MatchesSql("d.data ->> 'name' > ?", after));
        }
        var found = await query.OrderBy(model => model.Name).Take(size + 1).ToListAsync(ct);
        var page = found.Take(size).Select(model => new ModelSummary(model.Name, model.Versions.Count, model.Aliases(), model.UpdatedAt)).ToList();
        return new Page<ModelSummary>(page, found.Count > size ? await tokens.WriteAsync(PageList, page[^1].Name, ct) : null);
    }

    /// <summary>Makes the model of a stage a new version. What is registered from the same place already stays that version.</summary>
    /// <returns>The version, and whether it is new.</returns>
    public async Task<(RegisteredModel Model, int Version, bool IsNew)> RegisterAsync(RegisterModel request, string actor, CancellationToken ct)
    {
        await using var query = store.QuerySession();
        var experiment = await query.LoadAsync<Experiment>(request.ExperimentId, ct) ?? throw ExperimentEndpoints.NotFound(request.ExperimentId);
        var maker = request.Stage is { } stageName
            ? experiment.Stages.FirstOrDefault(stage => stage.Name == stageName && stage.Model is not null)
            : experiment.Stages.LastOrDefault(stage => stage.Model is not null);
        if (maker?.Model is not { } artifact)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, "no_model",
                request.Stage is null ? "The experiment has made no model yet." : $"The experiment has no stage {request.Stage} that made a model.");
        }
        // What a stage has after a segment is a checkpoint on its way: the same request would mean another model a minute later.
        if (maker.Status != StageStatus.Succeeded)
        {
            throw new ProblemException(
                StatusCodes.Status409Conflict, "stage_not_finished",
                $"The stage {maker.Name} has not succeeded, it is {maker.Status.ToString().ToLowerInvariant()}; register its model when it has, or name an earlier stage.");
        }
        var source = ModelSources.Of(experiment, maker, artifact, evaluation: null);
        var version = 0;
        var (model, isNew) = await ChangeAsync(request.Name, actor, model =>
        {
            var known = model?.Versions.FirstOrDefault(v => v.Model == artifact && v.Source.Experiment == source.Experiment && v.Source.Stage == source.Stage);
            version = known?.Number ?? (model?.Versions.Count ?? 0) + 1;
            return known is null ? [new ModelVersionAdded(request.Name, version, artifact, source, request.Description)] : [];
        }, ct);
        return (model, version, isNew);
    }

    /// <summary>Lets an alias mean another version. What it means already it goes on meaning: no event.</summary>
    /// <exception cref="ProblemException"><c>model_not_found</c>, <c>model_version_not_found</c>, <c>alias_moved</c></exception>
    public async Task<RegisteredModel> MoveAsync(string name, string alias, MoveAlias request, string actor, CancellationToken ct)
    {
        var (moved, _) = await ChangeAsync(name, actor, model =>
        {
            var source = VersionOf(model ?? throw NotFound(), request.Version).Source;
            var current = model.Standing(alias)?.Decision.Version;
            if (request.ExpectedVersion is { } expected && expected != current)
            {
                throw new ProblemException(
                    StatusCodes.Status409Conflict, "alias_moved",
                    current is null ? $"There is no alias {alias} yet." : $"The alias {alias} means version {current} now, not {expected}; look again.");
            }
            return current == request.Version
                ? []
                : [new ModelAliasMoved(alias, current, request.Version, request.Reason, new AliasEvidence(source.Experiment, source.Evaluation, []))];
        }, ct);
        return moved;
    }

    /// <exception cref="ProblemException"><c>model_version_not_found</c></exception>
    internal static ModelVersion VersionOf(RegisteredModel model, int version) => version >= 1 && version <= model.Versions.Count
        ? model.Versions[version - 1]
        : throw new ProblemException(
            StatusCodes.Status404NotFound, "model_version_not_found", $"The model {model.Name} has the versions 1 to {model.Versions.Count}, not {version}.");

    private async Task<(RegisteredModel Model, bool Changed)> ChangeAsync(
        string name, string actor, Func<RegisteredModel?, IReadOnlyList<IModelEvent>> decide, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var session = store.LightweightSession();
                var id = StreamOf(name);
                session.Stamp(actor, id, causation: null);
                var stream = await session.Events.FetchForWriting<RegisteredModel>(id, ct);
                var events = decide(stream.Aggregate);
                if (events.Count > 0)
                {
                    stream.AppendMany(events.Cast<object>().ToArray());
                    await session.SaveChangesAsync(ct);
                }
                return (await Find(name, ct), events.Count > 0);
            }
            catch (Exception raced) when (attempt < Attempts && LostRace.ToWrite(raced))
            {
                // Somebody else wrote to the same model; decide again on what it is now.
                await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt), ct);
            }
        }
    }

    private static ProblemException NotFound() =>
        new(StatusCodes.Status404NotFound, "model_not_found", "There is no model of this name; GET /v1/models lists them.");
}
