using Marten;
using Npgsql;
using Swift.Api.Registry.Aggregate;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;

namespace Swift.Api.Registry.Following;

/// <summary>
/// Keeps deployments at their aliases: each heartbeat says what is served, and where that is no longer what the alias means, the worker
/// is told. So nothing has to be delivered exactly once, and a worker that missed a move hears of it two seconds later.
/// </summary>
public sealed class FollowedAliases(IDocumentStore store, ILogger<FollowedAliases> logger)
{
    /// <returns>The aliases behind which the worker serves something else; empty also while the database is away.</returns>
    public async Task<IReadOnlyList<AliasMoved>> MovedAsync(WorkerHeartbeat heartbeat, CancellationToken ct)
    {
        var followed = (heartbeat.Serving ?? []).Where(served => served.Follows is not null).ToList();
        if (followed.Count == 0) return [];
        try
        {
            List<AliasMoved> moved = [];
            await using var session = store.QuerySession();
            foreach (var served in followed)
            {
                var alias = served.Follows!;
                var registered = await session.LoadAsync<RegisteredModel>(RegisteredModels.StreamOf(alias.ModelName), ct);
                if (registered?.Behind(alias.Alias) is { } version && version.Model.Digest != served.Model)
                {
                    moved.Add(new AliasMoved(alias, version.Model));
                }
            }
            return moved;
        }
        catch (NpgsqlException away)
        {
            logger.LogWarning("Aliases of deployments could not be looked up ({Reason}); the next heartbeat asks again", away.Message);
            return [];
        }
    }
}
