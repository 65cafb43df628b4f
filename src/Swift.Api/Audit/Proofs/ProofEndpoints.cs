using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Swift.Api.Access;
using Swift.Api.Audit.Export;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;
using Swift.Api.Audit.Verification;
using Swift.Api.Errors;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Proofs;

/// <summary>Proofs that nobody altered the history; docs/audit.md says how to check them without Swift.</summary>
internal static class ProofEndpoints
{
    internal static void MapProofs(this RouteGroupBuilder v1)
    {
        var audit = v1.MapGroup("/audit").RequireRole(Role.Auditor).WithTags("Audit");
        audit.MapGet("/tree-head", Head).WithName("GetTreeHead").WithSummary("The newest signed head of the log of all events.");
        audit.MapGet("/inclusion/{eventId:guid}", Inclusion).WithName("ProveInclusion")
            .WithSummary("Proves that an event is in the log: its canonical form, and the path from its hash to the root of the newest head.");
        audit.MapGet("/consistency", Consistency).WithName("ProveConsistency")
            .WithSummary("Proves that the log of from events is the beginning of the log of to events. Default for to: the newest head.");
        audit.MapGet("/verify", Verify).WithName("VerifyLog").WithSummary("Checks everything: store, leaves, tree, heads, anchors. Names what is wrong.");
        audit.MapGet("/export", Export).WithName("ExportLog").Produces(StatusCodes.Status200OK, contentType: LogExport.ContentType)
            .WithSummary("The events of the log, or of one stream, each with its proof; and for each from, that the log of from events is its beginning.");
    }

    /// <summary>The newest head on every answer, so that whoever keeps answers keeps anchors.</summary>
    internal static void UseTreeHead(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments("/v1") && http.RequestServices.GetRequiredService<HeadSigner>().Newest is { } head)
        {
            http.Response.Headers[HeadFormat.ResponseHeader] = HeadFormat.ToHeader(head);
        }
        return next(http);
    });

    private static async Task<Ok<PublishedHead>> Head(IDocumentStore store, HeadSigner signer, CancellationToken ct)
    {
        await using var connection = await OpenAsync(store, ct);
        return TypedResults.Ok(new PublishedHead(await NewestAsync(connection, ct), PublicKey(signer)));
    }

    private static async Task<Ok<InclusionProof>> Inclusion(Guid eventId, IDocumentStore store, HttpContext http, CancellationToken ct)
    {
        await using var connection = await OpenAsync(store, ct);
        if (await LogProofs.InclusionAsync(connection, eventId, await NewestAsync(connection, ct), ct) is { } proof) return TypedResults.Ok(proof);
        http.Response.Headers.RetryAfter = "1";
        throw new ProblemException(StatusCodes.Status404NotFound, "not_in_log", $"The signed log does not hold an event {eventId}. A new event is in it after a second or two.");
    }

    private static async Task<Ok<ConsistencyProof>> Consistency(IDocumentStore store, CancellationToken ct, long from, long? to = null)
    {
        await using var connection = await OpenAsync(store, ct);
        var size = (await LogQueries.EndAsync(connection, ct)).Size;
        var end = to ?? (await NewestAsync(connection, ct)).TreeSize;
        if (from < 1 || end < from || end > size)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_tree_size", $"from and to are sizes of the log, 1 to {size}, and from is not after to.");
        }
        return TypedResults.Ok(await LogProofs.ConsistencyAsync(connection, from, end, ct));
    }

    private static async Task<Ok<AuditReport>> Verify(IDocumentStore store, AuditSettings settings, CancellationToken ct)
    {
        await using var connection = await OpenAsync(store, ct);
        return TypedResults.Ok(await LogVerification.RunAsync(
            connection, settings.KeyFile is { } key ? [key] : [], settings.AnchorFile is { } anchors ? [anchors] : [], ct));
    }

    private static async Task Export(IDocumentStore store, HeadSigner signer, HttpResponse response, CancellationToken ct, Guid? experiment = null, long[]? from = null)
    {
        await using var connection = await OpenAsync(store, ct);
        var head = await NewestAsync(connection, ct);
        if (from?.Any(size => size < 1 || size > head.TreeSize) == true)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_tree_size", $"from is a size of the log, 1 to {head.TreeSize}.");
        }
        response.ContentType = LogExport.ContentType;
        await new LogExport(connection, head, PublicKey(signer)).WriteAsync(response.Body, experiment, from ?? [], ct);
    }

    private static async Task<NpgsqlConnection> OpenAsync(IDocumentStore store, CancellationToken ct)
    {
        var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        return connection;
    }

    private static async Task<TreeHead> NewestAsync(NpgsqlConnection connection, CancellationToken ct) =>
        await HeadQueries.NewestAsync(connection, ct)
        ?? throw new ProblemException(StatusCodes.Status404NotFound, "no_tree_head", "No head of the log has been signed yet. The first one follows the first event within a second or two.");

    private static string PublicKey(HeadSigner signer) => signer.PublicKey?.Base64 ?? "";
}
