using System.Text.Json;
using Marten;
using Npgsql;
using NpgsqlTypes;
using Swift.Api.Audit.Replay;
using Swift.Api.EventStore;
using Swift.Api.Tests.Experiments;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Corpus;

public sealed class HistoryCorpusTests(PostgresFixture postgres)
{
    public static TheoryData<string> Histories => [.. KeptHistory.Names];

    /// <summary>Through the store, because names of types, and what turns old versions into new ones, are known there.</summary>
    [Theory, MemberData(nameof(Histories))]
    public async Task An_old_history_loses_nothing_and_folds_to_the_states_that_it_folded_to(string name)
    {
        var history = KeptHistory.Read(name);
        var connection = await postgres.CreateDatabase();
        using var folder = new TemporaryFolder();
        await using var plane = await ControlPlane.Start(connection, folder.Path);
        var stream = history.Stream;
        await Insert(connection, history);

        await using var session = plane.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(stream, token: TestContext.Current.CancellationToken);
        events.Count.ShouldBe(history.Events.Count);
        var (members, serializer) = (history.Members.ToHashSet(), plane.Store.Options.Serializer());
        for (var version = 1; version <= events.Count; version++)
        {
            var kept = history.Events[version - 1];
            JsonDifference.Between(kept.Event.Data, JsonElement.Parse(serializer.ToJson(events[version - 1].Data))).Where(change => change.Before is not null)
                .ShouldBeEmpty($"{kept.Event.Type} no longer keeps what version {version} of {name} says.");
            var state = await KeptStates.At(session, history.Aggregate, stream, events, version);
            StateMembers.Digest(state, members).ShouldBe(kept.StateDigest, $"{name}, after version {version}:\n{state}");
        }
        await plane.Stop();
    }

    [Fact]
    public void Every_version_of_an_event_of_experiments_schedules_models_pipelines_keys_and_webhooks_is_in_the_corpus() =>
        EventTypes.ByName.Keys.Concat(["pipeline_registered.v1", "api_key_issued.v1", "api_key_revoked.v1", "webhook_created.v1", "webhook_deleted.v1"])
            .Except(KeptHistory.All.SelectMany(history => history.Events).Select(kept => kept.Event.Type)).ShouldBeEmpty(
                "A new event version belongs into the corpus: let DisturbedExperiment or DisturbedStreams bring it about, then run RecordHistories.");

    private static async Task Insert(string connection, KeptHistory history)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await Execute(source, "insert into swift.mt_streams (id, type, version) values ($1, $2, $3)", history.Stream, history.Aggregate, history.Events.Count);
        // The server has written already: that it knows its first key.
        await using var newest = source.CreateCommand("select coalesce(max(seq_id), 0) + 1 from swift.mt_events");
        var first = (long)(await newest.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        foreach (var (e, sequence) in history.Events.Select((kept, i) => (kept.Event, first + i)))
        {
            await Execute(
                source,
                "insert into swift.mt_events (seq_id, id, stream_id, version, data, type, timestamp, user_name, mt_dotnet_type) values ($1, $2, $3, $4, $5, $6, $7, $8, 'Gone, Gone')",
                sequence, e.Id, history.Stream, e.Version, new NpgsqlParameter { Value = e.Data.GetRawText(), NpgsqlDbType = NpgsqlDbType.Jsonb }, e.Type, e.Timestamp.UtcDateTime, e.Actor!);
        }
    }

    private static async Task Execute(NpgsqlDataSource source, string sql, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
