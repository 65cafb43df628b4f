using Microsoft.AspNetCore.Http.HttpResults;
using Swift.Api.Access;
using Swift.Contracts.Access;
using Swift.Contracts.Rest;

namespace Swift.Api.Workers;

internal static class WorkerEndpoints
{
    internal static void MapWorkers(this RouteGroupBuilder v1) =>
        v1.MapGet("/workers", Ok<IReadOnlyList<WorkerView>> (WorkerRegistry workers) => TypedResults.Ok(workers.Alive()))
            .RequireRole(Role.Viewer).WithTags("Workers").WithName("ListWorkers").WithSummary("Workers heard of in the last seconds.");
}
