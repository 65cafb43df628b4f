using Marten;
using Marten.Linq.MatchesSql;
using Swift.Api.Errors;
using Swift.Api.EventStore;
using Swift.Api.Paging;
using Swift.Api.Pipelines;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Alarm;
using Swift.Api.Schedules.Decisions;
using Swift.Api.Schedules.Timing;
using Swift.Contracts.Events;
using Swift.Contracts.Schedules;

namespace Swift.Api.Schedules;

/// <summary>The schedules: one stream each, named by the schedule's name.</summary>
public sealed class ScheduleStreams(IDocumentStore store, PageTokens tokens, RegisteredPipelines pipelines, ScheduleAlarms alarms, TimeProvider time)
{
    private const string PageList = "schedules";
    private const int Attempts = 20;

    internal static Guid StreamOf(string name) => DeterministicId.From("schedule", name);

    /// <summary>A moment as fine as it is stored, so that what was decided and what is read again are the same.</summary>
    internal DateTimeOffset Now => new MicrosecondClock(time).GetUtcNow();

    /// <exception cref="ProblemException"><c>schedule_not_found</c></exception>
    public async Task<Schedule> Find(string name, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<Schedule>(StreamOf(name), ct) is { Deleted: false } schedule ? schedule : throw NotFound();
    }

    /// <summary>In the order of their names.</summary>
    public async Task<(IReadOnlyList<Schedule> Page, string? Next)> ListAsync(int? pageSize, string? pageToken, CancellationToken ct)
    {
        var size = PageSize.Of(pageSize);
        await using var session = store.QuerySession();
        var query = session.Query<Schedule>().Where(schedule => !schedule.Deleted);
        if (pageToken is not null)
        {
            var after = await tokens.ReadAsync(PageList, pageToken, ct);
            query = query.Where(schedule => schedule.MatchesSql("d.data ->> 'name' > ?", after));
        }
        var found = await query.OrderBy(schedule => schedule.Name).Take(size + 1).ToListAsync(ct);
        var page = found.Take(size).ToList();
        return (page, found.Count > size ? await tokens.WriteAsync(PageList, page[^1].Name, ct) : null);
    }

    public async Task<Schedule> CreateAsync(string name, ScheduleSpec spec, string actor, CancellationToken ct)
    {
        await CheckAsync(spec, ct);
        return await ChangeAsync(name, actor, (state, now) => ScheduleCommands.Create(state, name, spec, now), ct);
    }

    public async Task<Schedule> ReplaceAsync(string name, ScheduleSpec spec, string actor, CancellationToken ct)
    {
        await CheckAsync(spec, ct);
        return await CommandAsync(name, actor, (state, now) => ScheduleCommands.Change(state, spec, now), ct);
    }

    /// <summary>Decides on a schedule that exists, appends, and rings its alarm.</summary>
    public Task<Schedule> CommandAsync(string name, string actor, Func<Schedule, DateTimeOffset, IReadOnlyList<IScheduleEvent>> decide, CancellationToken ct) =>
        ChangeAsync(name, actor, (state, now) => decide(state is { Deleted: false } ? state : throw NotFound(), now), ct);

    private async Task<Schedule> ChangeAsync(
        string name, string actor, Func<Schedule?, DateTimeOffset, IReadOnlyList<IScheduleEvent>> decide, CancellationToken ct)
    {
        var id = StreamOf(name);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var session = store.LightweightSession();
                session.Stamp(actor, id, causation: null);
                var stream = await session.Events.FetchForWriting<Schedule>(id, ct);
                var events = decide(stream.Aggregate, Now);
                if (events.Count > 0)
                {
                    stream.AppendMany(events.Cast<object>().ToArray());
                    await session.SaveChangesAsync(ct);
                }
                break;
            }
            catch (Exception raced) when (attempt < Attempts && LostRace.ToWrite(raced))
            {
                // A fire was written at the same moment; decide again on what the schedule is now.
                await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt), ct);
            }
        }
        await alarms.SetAsync(id, Now, ct);
        await using var query = store.QuerySession();
        return (await query.LoadAsync<Schedule>(id, ct))!;
    }

    private async Task CheckAsync(ScheduleSpec spec, CancellationToken ct)
    {
        List<SpecificationError> errors = [.. ScheduleRules.Check(spec)];
        try
        {
            await pipelines.Find(spec.Pipeline, spec.PipelineVersion, ct);
        }
        catch (ProblemException missing)
        {
            errors.Add(new SpecificationError(missing.Code == "pipeline_not_found" ? "pipeline" : "pipeline_version", missing.Message));
        }
        if (errors.Count > 0) throw new SpecificationException(errors);
    }

    private static ProblemException NotFound() =>
        new(StatusCodes.Status404NotFound, "schedule_not_found", "There is no schedule of this name; GET /v1/schedules lists them.");
}
