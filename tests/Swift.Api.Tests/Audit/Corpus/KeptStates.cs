using System.Text.Json;
using JasperFx.Events;
using Marten;
using Swift.Api.Access.Keys;
using Swift.Api.Audit.Replay;
using Swift.Api.Pipelines.Registry;
using Swift.Api.Registry.Aggregate;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Webhooks;

namespace Swift.Api.Tests.Audit.Corpus;

/// <summary>What a stream amounts to at a version, by what it is of.</summary>
internal static class KeptStates
{
    internal const string Experiment = "experiment";

    internal static async Task<JsonElement> At(IQuerySession session, string aggregate, Guid stream, IReadOnlyList<IEvent> events, int version) => aggregate switch
    {
        Experiment => ExperimentReplay.StateAt(stream, [.. events.Take(version)]).State,
        "schedule" => await Fold<Schedule>(session, stream, version),
        "registered_model" => await Fold<RegisteredModel>(session, stream, version),
        "pipeline_history" => await Fold<PipelineHistory>(session, stream, version),
        "api_key" => await Fold<ApiKey>(session, stream, version),
        "webhook" => await Fold<Webhook>(session, stream, version),
        _ => throw new InvalidOperationException($"No fold is known for streams of {aggregate}."),
    };

    private static async Task<JsonElement> Fold<TAggregate>(IQuerySession session, Guid stream, int version)
        where TAggregate : class
    {
        var state = await session.Events.AggregateStreamAsync<TAggregate>(stream, version, token: TestContext.Current.CancellationToken);
        return JsonElement.Parse(session.DocumentStore.Options.Serializer().ToJson(state));
    }
}
