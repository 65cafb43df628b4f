using Marten;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;

namespace Swift.Api.Lineage;

/// <summary>Where artifacts come from and what came of them.</summary>
internal static class LineageEndpoints
{
    private const int Deepest = 1000;

    internal static void MapLineage(this RouteGroupBuilder v1) =>
        v1.MapGet("/artifacts/{digest}/lineage", Get).RequireRole(Role.Viewer).WithTags("Artifacts").WithName("GetLineage")
            .WithSummary("What an artifact was made from and what was made from it; format=json, mermaid or dot.")
            .Produces<LineageGraph>();

    /// <param name="digest"><c>sha256:</c> and 64 digits; the digits alone are taken too.</param>
    /// <param name="depth">Steps from the artifact, in each direction.</param>
    private static async Task<IResult> Get(
        string digest, IQuerySession session, CancellationToken ct,
        string direction = "both", string detail = "stages", int depth = Deepest, string format = "json")
    {
        if (!ArtifactDigest.TryParse(digest.StartsWith("sha256:", StringComparison.Ordinal) ? digest : "sha256:" + digest, out var wanted))
        {
            throw Refused("bad_digest", "An artifact's name is sha256: and 64 lower-case hexadecimal digits.");
        }
        if (depth is < 1 or > Deepest)
        {
            throw Refused("bad_depth", $"depth is 1 to {Deepest}.");
        }
        var render = Renderer(format);
        var walk = new LineageWalk(session, Parse<LineageDetail>(detail, "detail"));
        var graph = await walk.From(wanted.ToString(), Parse<LineageDirection>(direction, "direction"), depth, ct)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "artifact_unknown", $"No event names {wanted}.");
        return render(graph);
    }

    private static Func<LineageGraph, IResult> Renderer(string format) => format switch
    {
        "json" => graph => TypedResults.Ok(graph),
        "mermaid" => graph => TypedResults.Text(LineageText.Mermaid(graph), LineageText.MermaidType),
        "dot" => graph => TypedResults.Text(LineageText.Dot(graph), LineageText.DotType),
        _ => throw Refused("bad_format", "format is json, mermaid or dot."),
    };

    private static TEnum Parse<TEnum>(string text, string name)
        where TEnum : struct, Enum =>
        text.All(char.IsLetter) && Enum.TryParse<TEnum>(text, ignoreCase: true, out var value)
            ? value
            : throw Refused("bad_" + name, $"{name} is one of {string.Join(", ", Enum.GetNames<TEnum>().Select(n => n.ToLowerInvariant()))}.");

    private static ProblemException Refused(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);
}
