using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Npgsql;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Tests.Audit.Replay;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Corpus;

/// <summary>Adds to the corpus what this version writes: run it with <c>SWIFT_RECORD_HISTORIES</c> set to the folder.</summary>
public sealed class RecordHistories(PostgresFixture postgres)
{
    [Fact]
    public async Task Streams_are_recorded_in_which_everything_happens()
    {
        var folder = Environment.GetEnvironmentVariable("SWIFT_RECORD_HISTORIES");
        Assert.SkipWhen(folder is null, "SWIFT_RECORD_HISTORIES names no folder to record into.");
        using var temporary = new TemporaryFolder();
        var connection = await postgres.CreateDatabase();
        await using var plane = await ControlPlane.Start(connection, temporary.Path);
        await Record(plane, connection, (await DisturbedExperiment.Run(plane, temporary.Path)).Id, "disturbed", folder);
        await Record(plane, connection, (await DisturbedExperiment.RunCancelled(plane, temporary.Path)).Id, "cancelled", folder);
        await Record(plane, connection, (await DisturbedExperiment.RunRegistering(plane, temporary.Path)).Id, "registering", folder);
        foreach (var (name, aggregate, stream) in await DisturbedStreams.Run(plane, temporary.Path)) await Record(plane, connection, name, aggregate, stream, folder);
        await plane.Stop();
    }

    private static async Task Record(ControlPlane plane, string connection, Guid id, string name, string folder)
    {
        var events = await DisturbedExperiment.Events(plane, id);
        var states = new List<JsonElement>();
        foreach (var e in events)
        {
            states.Add((await plane.Http.GetFromJsonAsync<ExperimentStateAt>(
                $"/v1/experiments/{id}/state?version={e.Version}", SwiftJson.Options, TestContext.Current.CancellationToken))!.State);
        }
        await Write(connection, name, KeptStates.Experiment, id, events, states, folder);
    }

    private static async Task Record(ControlPlane plane, string connection, string name, string aggregate, Guid id, string folder)
    {
        await using var session = plane.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(id, token: TestContext.Current.CancellationToken);
        var states = new List<JsonElement>();
        for (var version = 1; version <= events.Count; version++) states.Add(await KeptStates.At(session, aggregate, id, events, version));
        await Write(connection, name, aggregate, id, [.. events.Select(EventHistory.ToView)], states, folder);
    }

    private static async Task Write(
        string connection, string name, string aggregate, Guid id, IReadOnlyList<EventView> events, IReadOnlyList<JsonElement> states, string folder)
    {
        var stored = await Stored(connection, id);
        var members = states.SelectMany(state => StateMembers.Of(state)).Distinct().Order(StringComparer.Ordinal).ToList();
        new KeptHistory(
            $"{events[0].Timestamp:yyyy-MM-dd}-{name}", aggregate, id, members,
            [.. events.Zip(states, (e, state) => new KeptEvent(e with { Data = stored[e.Version] }, StateMembers.Digest(state, members.ToHashSet())))]).Write(folder);
    }

    /// <summary>The data of the events as the store keeps them; the API spells some values otherwise.</summary>
    private static async Task<Dictionary<long, JsonElement>> Stored(string connection, Guid id)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var query = source.CreateCommand("select version, data::text from swift.mt_events where stream_id = $1");
        query.Parameters.Add(new() { Value = id });
        await using var rows = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var stored = new Dictionary<long, JsonElement>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken)) stored.Add(rows.GetInt64(0), JsonElement.Parse(rows.GetString(1)));
        return stored;
    }
}
