using System.Globalization;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Errors;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Paging;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>The list: filter, order, pages with a signed token (position by time and id, so pages do not shift).</summary>
internal static class ExperimentList
{
    internal static async Task<Ok<Page<ExperimentSummary>>> List(
        IQuerySession session, PageTokens tokens, CancellationToken ct,
        string? status = null, string? name = null, string? orderBy = null, int? pageSize = null, string? pageToken = null)
    {
        var size = PageSize.Of(pageSize);
        var ascending = orderBy switch
        {
            null or "submitted_at desc" => false,
            "submitted_at" or "submitted_at asc" => true,
            _ => throw ProblemException.OfField("bad_order_by", "orderBy", "Is 'submitted_at' or 'submitted_at desc'."),
        };
        IQueryable<Experiment> query = session.Query<Experiment>();
        if (status is not null)
        {
            if (!Enum.TryParse<ExperimentStatus>(status, ignoreCase: true, out var wanted) || int.TryParse(status, out _))
            {
                throw ProblemException.OfField(
                    "bad_status", "status", $"Is one of {string.Join(", ", Enum.GetNames<ExperimentStatus>().Select(n => n.ToLowerInvariant()))}.");
            }
            query = query.Where(experiment => experiment.Status == wanted);
        }
        if (name is not null)
        {
            query = query.Where(experiment => experiment.Name == name);
        }
        var list = JsonSerializer.Serialize(new[] { "experiments", status, name, ascending ? "ascending" : "descending" });
        if (pageToken is not null)
        {
            var (at, id) = ReadPosition(await tokens.ReadAsync(list, pageToken, ct));
            query = ascending
                ? query.Where(e => e.SubmittedAt > at || (e.SubmittedAt == at && e.Id.CompareTo(id) > 0))
                : query.Where(e => e.SubmittedAt < at || (e.SubmittedAt == at && e.Id.CompareTo(id) < 0));
        }
        query = ascending
            ? query.OrderBy(e => e.SubmittedAt).ThenBy(e => e.Id)
            : query.OrderByDescending(e => e.SubmittedAt).ThenByDescending(e => e.Id);
        var found = await query.Take(size + 1).ToListAsync(ct);
        var items = found.Take(size).ToList();
        var next = found.Count > size ? await tokens.WriteAsync(list, Position(items[^1]), ct) : null;
        return TypedResults.Ok(new Page<ExperimentSummary>([.. items.Select(ExperimentViews.ToSummary)], next));
    }

    private static string Position(Experiment last) => string.Create(CultureInfo.InvariantCulture, $"{last.SubmittedAt.UtcTicks}.{last.Id:N}");

    private static (DateTimeOffset SubmittedAt, Guid Id) ReadPosition(string position)
    {
        var dot = position.IndexOf('.');
        return (new DateTimeOffset(long.Parse(position.AsSpan(0, dot), CultureInfo.InvariantCulture), TimeSpan.Zero), Guid.ParseExact(position.AsSpan(dot + 1), "N"));
    }
}
