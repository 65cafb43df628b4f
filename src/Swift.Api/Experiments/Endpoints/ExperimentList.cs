using Marten;
using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Errors;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Api.Experiments.Endpoints;

/// <summary>The list: filter, order, pages with an opaque token (position by time and id, so pages do not shift).</summary>
internal static class ExperimentList
{
    private const int MaxPageSize = 200;

    internal static async Task<Ok<Page<ExperimentSummary>>> List(
        IQuerySession session, CancellationToken ct,
        string? status = null, string? name = null, string? orderBy = null, int? pageSize = null, string? pageToken = null)
    {
        var size = pageSize ?? 50;
        if (size is < 1 or > MaxPageSize)
        {
            throw new ProblemException(StatusCodes.Status400BadRequest, "bad_page_size", $"pageSize is 1 to {MaxPageSize}.");
        }
        var ascending = orderBy switch
        {
            null or "submitted_at desc" => false,
            "submitted_at" or "submitted_at asc" => true,
            _ => throw new ProblemException(StatusCodes.Status400BadRequest, "bad_order_by", "orderBy is 'submitted_at' or 'submitted_at desc'."),
        };
        IQueryable<Experiment> query = session.Query<Experiment>();
        if (status is not null)
        {
            if (!Enum.TryParse<ExperimentStatus>(status, ignoreCase: true, out var wanted) || int.TryParse(status, out _))
            {
                throw new ProblemException(
                    StatusCodes.Status400BadRequest, "bad_status",
                    $"status is one of {string.Join(", ", Enum.GetNames<ExperimentStatus>().Select(n => n.ToLowerInvariant()))}.");
            }
            query = query.Where(experiment => experiment.Status == wanted);
        }
        if (name is not null)
        {
            query = query.Where(experiment => experiment.Name == name);
        }
        if (pageToken is not null)
        {
            var (at, id) = PageToken.Read(pageToken);
            query = ascending
                ? query.Where(e => e.SubmittedAt > at || (e.SubmittedAt == at && e.Id.CompareTo(id) > 0))
                : query.Where(e => e.SubmittedAt < at || (e.SubmittedAt == at && e.Id.CompareTo(id) < 0));
        }
        query = ascending
            ? query.OrderBy(e => e.SubmittedAt).ThenBy(e => e.Id)
            : query.OrderByDescending(e => e.SubmittedAt).ThenByDescending(e => e.Id);
        var found = await query.Take(size + 1).ToListAsync(ct);
        var items = found.Take(size).ToList();
        var next = found.Count > size ? PageToken.Write(items[^1].SubmittedAt, items[^1].Id) : null;
        return TypedResults.Ok(new Page<ExperimentSummary>([.. items.Select(ExperimentViews.ToSummary)], next));
    }
}
