using System.Runtime.CompilerServices;

namespace Swift.Contracts.Rest;

/// <summary>The pages of a history as one sequence.</summary>
public static class EventPages
{
    private const int PageSize = 200;

    /// <param name="from">First version wanted, from 1.</param>
    /// <exception cref="Refit.ApiException">The API refused, or knows no such experiment.</exception>
    public static async IAsyncEnumerable<EventView> ReadEvents(this ISwiftApi api, Guid id, long from, [EnumeratorCancellation] CancellationToken ct)
    {
        while (true)
        {
            var page = await api.GetEvents(id, from, PageSize, ct);
            foreach (var happened in page.Items)
                yield return happened;
            if (page.Items.Count == 0 || page.NextPageToken is null)
                yield break;
            from = page.Items[^1].Version + 1;
        }
    }
}
