using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;

namespace Swift.Api.Artifacts;

/// <summary>Bytes by name; what cannot be named by anything is collected.</summary>
internal static class ArtifactEndpoints
{
    /// <summary>Work under way stores bytes before an event names them; a segment lasts minutes.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    internal static void MapArtifacts(this RouteGroupBuilder v1)
    {
        var artifacts = v1.MapGroup("/artifacts").RequireRole(Role.Viewer, Role.Operator).WithTags("Artifacts");
        artifacts.MapGet("/{digest}", Get).WithName("GetArtifact").WithSummary("The bytes; of a folder, its manifest. Supports ranges.");
        artifacts.MapGet("/{digest}/files/{**path}", GetFile).WithName("GetArtifactFile").WithSummary("One file of a folder artifact.");
        v1.MapPost("/artifacts:collect-garbage", Collect).RequireRole(Role.Admin).WithTags("Artifacts").WithName("CollectGarbage")
            .WithSummary("Deletes artifacts that no event names and that are older than an hour.");
    }

    private static async Task<FileStreamHttpResult> Get(string digest, IArtifactStore store, CancellationToken ct) =>
        await Send(Parse(digest), null, store, ct);

    private static async Task<FileStreamHttpResult> GetFile(string digest, string path, IArtifactStore store, CancellationToken ct)
    {
        var folder = Parse(digest);
        if (path.Split('/').Any(segment => segment is "" or "." or "..") || path.AsSpan().ContainsAny("\\\0"))
            throw ProblemException.OfField("bad_path", "path", "Is the path of a file in the folder artifact, with / between its names and without . or ...");
        await Find(folder, store, ct);
        var manifest = await store.ReadManifestAsync(folder, ct);
        var entry = manifest.Files.FirstOrDefault(file => file.Path == path)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "file_not_found", $"{folder} has no such file.");
        return await Send(ArtifactDigest.Parse(entry.Digest), Path.GetFileName(entry.Path), store, ct);
    }

    private static async Task<FileStreamHttpResult> Send(ArtifactDigest digest, string? name, IArtifactStore store, CancellationToken ct)
    {
        await Find(digest, store, ct);
        var stream = await store.OpenReadAsync(digest, ct);
        return TypedResults.Stream(
            stream, "application/octet-stream", name, entityTag: new EntityTagHeaderValue($"\"{digest.Hex}\""), enableRangeProcessing: true);
    }

    private static async Task Find(ArtifactDigest digest, IArtifactStore store, CancellationToken ct)
    {
        if (await store.FindLengthAsync(digest, ct) is null)
        {
            throw new ProblemException(StatusCodes.Status404NotFound, "artifact_not_found", $"There is no artifact {digest}.");
        }
    }

    private static ArtifactDigest Parse(string text) => ArtifactDigest.TryParse(text, out var digest)
        ? digest
        : throw new ProblemException(
            StatusCodes.Status400BadRequest, "bad_digest", "An artifact's name is sha256: and 64 lower-case hexadecimal digits.");

    private static async Task<Ok<GarbageCollectionReport>> Collect(
        IQuerySession session, IArtifactStore store, TimeProvider time, CancellationToken ct)
    {
        var named = await session.AdvancedSql.QueryAsync<string>(
            "select distinct (regexp_matches(data::text, 'sha256:[0-9a-f]{64}', 'g'))[1] from swift.mt_events", ct);
        return TypedResults.Ok(await store.CollectGarbageAsync(named.Select(ArtifactDigest.Parse).ToHashSet(), Grace, time, ct));
    }
}
