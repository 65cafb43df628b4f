using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Endpoints;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Replay;

/// <summary>What an experiment was at any moment, what changed in between, and where its time went: all from its events alone.</summary>
internal static class ReplayEndpoints
{
    internal static void MapReplay(this RouteGroupBuilder v1)
    {
        var replay = v1.MapGroup("/experiments/{id:guid}").RequireRole(Role.Viewer).WithTags("Audit");
        replay.MapGet("/state", State).WithName("GetStateAt")
            .WithSummary("The state after a version, or at a moment: the events until then, folded. Without either, the newest.");
        replay.MapGet("/diff", Diff).WithName("GetDiff")
            .WithSummary("What changed between two versions, field by field, and which event changed it. Default: what the newest event changed.");
        replay.MapGet("/timeline", Timeline).WithName("GetTimeline").WithSummary("Where the time went: waiting, stages, segments, pauses.");
    }

    private static async Task<Ok<ExperimentStateAt>> State(
        Guid id, IQuerySession session, CancellationToken ct, long? version = null, string? at = null)
    {
        if (version is not null && at is not null)
        {
            throw Bad("bad_moment", "Give either version or at, not both.");
        }
        var events = await Events(id, session, version, ct);
        if (at is not null)
        {
            // A prefix of the stream, by version: clocks of several machines may disagree, the order of events does not.
            var moment = Moment.Parse(at, "at");
            events = [.. events.TakeWhile(e => e.Timestamp <= moment)];
            if (events.Count == 0)
            {
                throw new ProblemException(StatusCodes.Status404NotFound, "not_yet", $"At {at} the experiment {id} had not been submitted.");
            }
        }
        return TypedResults.Ok(ExperimentReplay.StateAt(id, events));
    }

    private static async Task<Ok<ExperimentDiff>> Diff(Guid id, IQuerySession session, CancellationToken ct, long? from = null, long? to = null)
    {
        var events = await Events(id, session, to, ct);
        var first = from ?? events[^1].Version - 1;
        if (first < 0 || first > events[^1].Version)
        {
            throw Bad("bad_version", $"from is 0 (before the first event) to {events[^1].Version}, and not after to.");
        }
        return TypedResults.Ok(ExperimentReplay.Diff(id, first, events));
    }

    private static async Task<Ok<ExperimentTimeline>> Timeline(Guid id, IQuerySession session, TimeProvider time, CancellationToken ct) =>
        TypedResults.Ok(ExperimentTimelines.Of(id, await Events(id, session, null, ct), time.GetUtcNow()));

    /// <summary>The events of an experiment, up to a version; at least one.</summary>
    private static async Task<IReadOnlyList<IEvent>> Events(Guid id, IQuerySession session, long? version, CancellationToken ct)
    {
        var events = version is < 1 ? [] : await session.Events.FetchStreamAsync(id, version: version ?? 0, token: ct);
        if (events is not [{ Data: Contracts.Events.ExperimentSubmitted }, ..])
        {
            var stream = await session.LoadAsync<Experiments.Aggregate.Experiment>(id, ct) ?? throw ExperimentEndpoints.NotFound(id);
            throw OutOfRange(stream.Version);
        }
        return version > events[^1].Version ? throw OutOfRange(events[^1].Version) : events;
    }

    private static ProblemException OutOfRange(long last) => Bad("bad_version", $"The experiment has the versions 1 to {last}.");

    private static ProblemException Bad(string code, string detail) => new(StatusCodes.Status400BadRequest, code, detail);
}
