using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Api.Audit.Canonical;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Audit.Replay;

/// <summary>One experiment, run once for all tests that read its history.</summary>
public sealed class FinishedExperiment(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal ControlPlane Plane { get; private set; } = null!;
    internal ExperimentView End { get; private set; } = null!;
    internal IReadOnlyList<EventView> Events { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path);
        End = await DisturbedExperiment.Run(Plane, _folder.Path);
        Events = await DisturbedExperiment.Events(Plane, End.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await Plane.Stop();
        await Plane.DisposeAsync();
        _folder.Dispose();
    }
}

public sealed class ReplayTests(FinishedExperiment finished) : IClassFixture<FinishedExperiment>
{
    private readonly ControlPlane _plane = finished.Plane;
    private readonly ExperimentView _end = finished.End;
    private readonly IReadOnlyList<EventView> _events = finished.Events;

    [Fact]
    public async Task The_state_at_any_moment_and_after_any_event_is_what_an_independent_fold_says()
    {
        var random = new Random(20261124);
        var (first, last) = (_events[0].Timestamp, _events[^1].Timestamp);
        for (var i = 0; i < 50; i++)
        {
            var moment = first + (random.NextDouble() * 1.05 * (last - first));
            var until = _events.TakeWhile(e => e.Timestamp <= moment).ToList();
            await Same($"?at={Uri.EscapeDataString(moment.ToString("O"))}", until);
        }
        for (var version = 1; version <= _events.Count; version++)
        {
            await Same($"?version={version}", [.. _events.Take(version)]);
        }
        await Same("", _events);
    }

    [Fact]
    public async Task Every_event_says_who_why_and_with_which_code()
    {
        _events.ShouldAllBe(e => e.Actor != null && e.Causation != null && e.Correlation == _end.Id.ToString() && e.CodeVersion != null);
        _events.Where(e => e.Type is "segment_trained.v1" or "segment_started.v1" or "stage_succeeded.v1").ShouldAllBe(e => e.Worker == ScriptedWorker.Identity(default));
        _events.Where(e => e.Type is "experiment_submitted.v1" or "experiment_paused.v1").ShouldAllBe(e => e.Worker == null && e.Actor == ControlPlane.Actor);
        var page = await Get<Page<EventView>>("/events?fromVersion=3&pageSize=2");
        page.Items.Select(e => e.Version).ShouldBe([3, 4]);
        page.NextPageToken.ShouldBe("5");
    }

    [Fact]
    public async Task A_difference_names_every_field_that_changed_and_the_event_that_did_it()
    {
        var trained = _events.First(e => e.Type == "segment_trained.v1");
        var diff = await Get<ExperimentDiff>($"/diff?from={trained.Version - 1}&to={trained.Version}");
        diff.Changes.ShouldAllBe(change => change.ChangedBy == trained.Version);
        diff.Changes.Select(change => change.Path).ShouldBe(
            [
                "version", "updated_at", "stages[sft].model", "stages[sft].checkpoint", "stages[sft].step", "stages[sft].total_steps",
                "stages[sft].outstanding[train-0000]", "stages[sft].segments_done", "stages[sft].artifacts.model", "stages[sft].artifacts.checkpoint",
            ], ignoreOrder: true);
        diff.Changes.Single(change => change.Path == "stages[sft].step").After!.Value.GetInt32().ShouldBe(100);

        (await Get<ExperimentDiff>($"/diff?from={_events.Count}&to={_events.Count}")).Changes.ShouldBeEmpty();
        var whole = await Get<ExperimentDiff>("/diff?from=0");
        whole.Changes.ShouldAllBe(change => change.Before == null);
        whole.Changes.Single(change => change.Path == "status").ChangedBy.ShouldBe(_events.Count);
        whole.Changes.Single(change => change.Path == "settings").ChangedBy.ShouldBe(1);
    }

    [Fact]
    public async Task The_timeline_accounts_for_every_stage_attempt_and_pause()
    {
        var timeline = await Get<ExperimentTimeline>("/timeline");
        timeline.Status.ShouldBe(ExperimentStatus.Succeeded);
        timeline.Phases.Select(phase => (phase.Kind, phase.Name, phase.Outcome)).ShouldBe(
            [
                (PhaseKind.Waiting, "waiting", PhaseOutcome.Done), (PhaseKind.Stage, "prepare", PhaseOutcome.Done), (PhaseKind.Stage, "sft", PhaseOutcome.Done),
                (PhaseKind.Stage, "eval", PhaseOutcome.Failed), (PhaseKind.Stopped, "eval", PhaseOutcome.Done), (PhaseKind.Stage, "eval", PhaseOutcome.Done),
                (PhaseKind.Stage, "grpo", PhaseOutcome.Done), (PhaseKind.Paused, "paused", PhaseOutcome.Done),
                (PhaseKind.Stage, "export", PhaseOutcome.Done), (PhaseKind.Stage, "deploy", PhaseOutcome.Done),
            ]);
        timeline.Phases.ShouldAllBe(phase => Math.Abs((phase.EndedAt!.Value - phase.StartedAt).TotalSeconds - phase.Seconds) < 1e-6 && phase.ToVersion > phase.FromVersion);
        timeline.Phases.Where(phase => phase.Kind != PhaseKind.Paused).Sum(phase => phase.Seconds).ShouldBeLessThanOrEqualTo(timeline.Seconds + 1e-3);

        var sft = timeline.Phases[2].Segments;
        sft.Select(segment => (segment.Name, segment.Attempt, segment.Outcome)).ShouldBe(
            [
                ("train-0000", 1, SegmentOutcome.Accepted), ("train-0001", 1, SegmentOutcome.Failed),
                ("train-0001", 2, SegmentOutcome.Accepted), ("train-0002", 1, SegmentOutcome.Accepted),
            ]);
        sft.ShouldAllBe(segment => segment.EndedAt != null && segment.Worker == ScriptedWorker.Identity(default));
        var requested = _events.Count(e => e.Type == "segment_requested.v1");
        timeline.Phases.Sum(phase => phase.Segments.Count).ShouldBe(requested);
    }

    [Theory]
    [InlineData("/state?version=0", 400)]
    [InlineData("/state?version=100000", 400)]
    [InlineData("/state?version=1&at=2026-01-01T00:00:00Z", 400)]
    [InlineData("/state?at=yesterday", 400)]
    [InlineData("/state?at=2001-01-01T00:00:00Z", 404)]
    [InlineData("/diff?from=-1", 400)]
    [InlineData("/diff?from=5&to=4", 400)]
    public async Task A_moment_that_is_none_is_refused(string path, int status)
    {
        using var response = await _plane.Http.GetAsync($"/v1/experiments/{_end.Id}{path}", TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe((HttpStatusCode)status);
        using var unknown = await _plane.Http.GetAsync($"/v1/experiments/{Guid.NewGuid()}/state", TestContext.Current.CancellationToken);
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task Same(string query, IReadOnlyList<EventView> until)
    {
        var state = await Get<ExperimentStateAt>("/state" + query);
        var expected = JsonSerializer.SerializeToElement(IndependentFold.Of(_end.Id, until));
        JsonElement.DeepEquals(state.State, expected).ShouldBeTrue($"{query}:\n{state.State}\n{expected}");
        (state.Version, state.At, state.EventType).ShouldBe((until[^1].Version, until[^1].Timestamp, until[^1].Type));
        state.StateDigest.ShouldBe(CanonicalJson.Digest(expected));
    }

    private async Task<T> Get<T>(string path) =>
        (await _plane.Http.GetFromJsonAsync<T>($"/v1/experiments/{_end.Id}{path}", SwiftJson.Options, TestContext.Current.CancellationToken))!;
}
