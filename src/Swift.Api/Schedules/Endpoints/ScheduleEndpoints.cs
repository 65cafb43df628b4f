using System.Globalization;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Pipelines.Validation;
using Swift.Api.Schedules.Decisions;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules.Endpoints;

/// <summary>Routes of <c>/v1/schedules</c>.</summary>
internal static class ScheduleEndpoints
{
    private const int MostNext = 1000;
    private const int PageSize = 200;
    private const int MaxPageSize = 1000;

    internal static void MapSchedules(this RouteGroupBuilder v1)
    {
        var schedules = v1.MapGroup("/schedules").RequireRole(Role.Viewer, Role.Operator).WithTags("Schedules");
        schedules.MapPost("", Create).WithName("CreateSchedule").WithSummary("Runs a registered pipeline by a rule from now on.");
        schedules.MapGet("", List).WithName("ListSchedules").WithSummary("By name, in pages.");
        schedules.MapGet("/{name}", Get).WithName("GetSchedule").WithSummary("Rule, state, what runs and waits, what became of the last nominal times.");
        schedules.MapPut("/{name}", Change).WithName("ChangeSchedule").WithSummary("Replaces the rule; what was due by the old one is recorded.");
        schedules.MapDelete("/{name}", Delete).WithName("DeleteSchedule").WithSummary("Fires no more. The history and the experiments stay.");
        schedules.MapGet("/{name}/next", Next).WithName("GetNextFires").WithSummary("The next nominal times (count, at most 1000).");
        schedules.MapGet("/{name}/events", Events).WithName("GetScheduleEvents").WithSummary("The history: what became of every nominal time.");
        schedules.MapPost("/{name}:trigger", Trigger).WithName("TriggerSchedule").WithSummary("Fires now, beside the rule.");
        schedules.MapPost("/{name}:pause", Pause).WithName("PauseSchedule").WithSummary("Fires no more until it is resumed; needs a reason.");
        schedules.MapPost("/{name}:resume", Resume).WithName("ResumeSchedule").WithSummary("Goes on; what passed meanwhile is recorded as missed.");
        schedules.MapPost("/{name}:backfill", Backfill).WithName("BackfillSchedule").WithSummary("Fires the nominal times of a past range that have no experiment.");
    }

    private static async Task<Created<ScheduleView>> Create(CreateSchedule body, ScheduleStreams schedules, HttpContext http, CancellationToken ct)
    {
        if (!PipelineValidation.IsName(body.Name))
        {
            throw new ProblemException(
                StatusCodes.Status400BadRequest, "bad_name",
                "name: must be 1 to 100 lower-case letters, digits, '-', '_' or '.', and begin with a letter or a digit.");
        }
        var created = await schedules.CreateAsync(body.Name, body.Spec, http.Actor(), ct);
        return TypedResults.Created($"/v1/schedules/{body.Name}", created.ToView());
    }

    private static async Task<Ok<Page<ScheduleView>>> List(ScheduleStreams schedules, CancellationToken ct, int? pageSize = null, string? pageToken = null)
    {
        var (page, next) = await schedules.ListAsync(pageSize, pageToken, ct);
        return TypedResults.Ok(new Page<ScheduleView>([.. page.Select(ScheduleViews.ToView)], next));
    }

    private static async Task<Ok<ScheduleView>> Get(string name, ScheduleStreams schedules, HttpContext http, CancellationToken ct)
    {
        var schedule = await schedules.Find(name, ct);
        http.Response.Headers.ETag = $"\"v{schedule.Version}\"";
        return TypedResults.Ok(schedule.ToView());
    }

    private static async Task<Ok<ScheduleView>> Change(string name, ScheduleSpec body, ScheduleStreams schedules, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await schedules.ReplaceAsync(name, body, http.Actor(), ct)).ToView());

    private static async Task<NoContent> Delete(string name, ScheduleStreams schedules, HttpContext http, CancellationToken ct, string? reason = null)
    {
        await schedules.CommandAsync(name, http.Actor(), (state, now) => ScheduleCommands.Delete(state, reason, now), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IReadOnlyList<NextFire>>> Next(string name, ScheduleStreams schedules, CancellationToken ct, int? count = null)
    {
        if (count is < 1 or > MostNext)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_count", $"count is 1 to {MostNext}.");
        }
        var schedule = await schedules.Find(name, ct);
        // What passes while it is paused is not fired when it goes on.
        var after = schedule.Paused is not null && schedules.Now > schedule.Settled ? schedules.Now : schedule.Settled;
        IReadOnlyList<NextFire> next = [.. schedule.Next(after, count ?? 10)];
        return TypedResults.Ok(next);
    }

    /// <summary>A deleted schedule still has its history.</summary>
    private static async Task<Ok<Page<EventView>>> Events(
        string name, IQuerySession session, CancellationToken ct, long? fromVersion = null, int? pageSize = null)
    {
        if (fromVersion < 1 || pageSize is < 1 or > MaxPageSize)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page", $"fromVersion starts at 1; pageSize is 1 to {MaxPageSize}.");
        }
        var id = ScheduleStreams.StreamOf(name);
        var state = await session.Events.FetchStreamStateAsync(id, ct)
            ?? throw new ProblemException(StatusCodes.Status404NotFound, "schedule_not_found", "There was never a schedule of this name.");
        var from = fromVersion ?? 1;
        var last = Math.Min(state.Version, from + (pageSize ?? PageSize) - 1);
        var events = last < from ? [] : await session.Events.FetchStreamAsync(id, version: last, fromVersion: from, token: ct);
        var next = last < state.Version ? (last + 1).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<EventView>([.. events.Select(EventHistory.ToView)], next));
    }

    private static async Task<Ok<ScheduleView>> Trigger(string name, TriggerSchedule body, ScheduleStreams schedules, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await schedules.CommandAsync(name, http.Actor(), (state, now) => ScheduleCommands.Trigger(state, body, now), ct)).ToView());

    private static async Task<Ok<ScheduleView>> Pause(string name, ScheduleCommand body, ScheduleStreams schedules, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await schedules.CommandAsync(name, http.Actor(), (state, _) => ScheduleCommands.Pause(state, body.Reason), ct)).ToView());

    private static async Task<Ok<ScheduleView>> Resume(string name, ScheduleCommand body, ScheduleStreams schedules, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await schedules.CommandAsync(name, http.Actor(), (state, now) => ScheduleCommands.Resume(state, body.Reason, now), ct)).ToView());

    private static async Task<Ok<ScheduleView>> Backfill(string name, BackfillSchedule body, ScheduleStreams schedules, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok((await schedules.CommandAsync(name, http.Actor(), (state, now) => ScheduleCommands.Backfill(state, body, now), ct)).ToView());
}
