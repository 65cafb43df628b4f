using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Marten.Linq.MatchesSql;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Paging;
using Swift.Api.Pipelines.Registry;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;

namespace Swift.Api.Pipelines;

/// <summary>The pipelines that users registered by name: one stream each.</summary>
public sealed class RegisteredPipelines(IDocumentStore store, PageTokens tokens)
{
    private const string PageList = "pipelines";
    private const int Attempts = 5;

    /// <summary>Makes a resolved pipeline the newest version of its name. What is the newest already stays it: no event.</summary>
    /// <returns>The version, and whether it is new.</returns>
    public async Task<(RegisteredPipeline Registered, bool IsNew)> RegisterAsync(PipelineSpec pipeline, string actor, CancellationToken ct)
    {
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(pipeline, SwiftJson.Options)));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RegisterOnceAsync(pipeline, digest, actor, ct);
            }
            catch (Exception raced) when (attempt < Attempts && LostRace.ToWrite(raced))
            {
                // Somebody registered a version of the same name at the same moment: look again.
            }
        }
    }

    /// <summary>A version of a pipeline; the newest when none is named.</summary>
    /// <exception cref="ProblemException"><c>pipeline_not_found</c>, <c>pipeline_version_not_found</c></exception>
    public async Task<RegisteredPipeline> Find(string name, int? version, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var history = await session.LoadAsync<PipelineHistory>(StreamOf(name), ct)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "pipeline_not_found", $"There is no pipeline of this name; GET /v1/pipelines lists them.");
        return version is null
            ? history.Newest
            : history.Versions.FirstOrDefault(registered => registered.Version == version)
                ?? throw new ProblemException(StatusCodes.Status404NotFound, "pipeline_version_not_found", $"The pipeline {name} has the versions 1 to {history.Newest.Version}, not {version}.");
    }

    /// <summary>The newest version of each, by name.</summary>
    /// <exception cref="ProblemException"><c>bad_page_size</c>, <c>bad_page_token</c></exception>
    public async Task<Page<RegisteredPipeline>> ListAsync(int? pageSize, string? pageToken, CancellationToken ct)
    {
        var size = PageSize.Of(pageSize);
        await using var session = store.QuerySession();
        IQueryable<PipelineHistory> query = session.Query<PipelineHistory>();
        if (pageToken is not null)
        {
            var after = await tokens.ReadAsync(PageList, pageToken, ct);
            query = query.Where(history => history.MatchesSql("d.data ->> 'name' > ?", after));
        }
        var found = await query.OrderBy(history => history.Name).Take(size + 1).ToListAsync(ct);
        var page = found.Take(size).Select(history => history.Newest).ToList();
        return new Page<RegisteredPipeline>(page, found.Count > size ? await tokens.WriteAsync(PageList, page[^1].Name, ct) : null);
    }

    private async Task<(RegisteredPipeline Registered, bool IsNew)> RegisterOnceAsync(PipelineSpec pipeline, string digest, string actor, CancellationToken ct)
    {
        var id = StreamOf(pipeline.Name);
        await using var session = store.LightweightSession();
        session.Stamp(actor, id, causation: null);
        var stream = await session.Events.FetchForWriting<PipelineHistory>(id, ct);
        if (stream.Aggregate?.Newest is { } newest && newest.Digest == digest) return (newest, false);

        var version = (stream.Aggregate?.Newest.Version ?? 0) + 1;
        stream.AppendOne(new PipelineRegistered(pipeline.Name, version, digest, pipeline));
        await session.SaveChangesAsync(ct);
        return (await Find(pipeline.Name, version, ct), true);
    }

    private static Guid StreamOf(string name) => DeterministicId.From("pipeline", name);
}
