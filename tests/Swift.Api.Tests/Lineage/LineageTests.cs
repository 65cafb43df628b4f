using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Lineage;

public sealed partial class LineageTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync() => _plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _plane.Stop();
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_exported_model_leads_back_to_data_sets_tokenizer_seed_settings_and_code()
    {
        var view = await Finish();
        var export = view.Stages.Single(stage => stage.Kind == StageKind.Export).Artifacts["safetensors"];
        var lineage = await Lineage(export.Digest, "?direction=backward");

        lineage.Artifacts[0].Digest.ShouldBe(export.Digest);
        lineage.Steps.Select(step => step.StageName).ShouldBe(["prepare", "sft", "grpo", "export"]);
        lineage.Steps.ShouldAllBe(step => step.Seed == 42 && step.CodeVersions.Single() == "test");
        foreach (var (path, input) in view.Inputs)
        {
            var artifact = lineage.Artifacts.Single(a => a.Digest == input.Digest);
            artifact.Names.ShouldContain(path);
            artifact.Distance.ShouldBeLessThan(0);
        }
        lineage.Artifacts.Select(a => a.Digest).ShouldContain(view.Stages[1].Artifacts["model"].Digest);
        var experiment = lineage.Experiments.Single();
        experiment.Id.ShouldBe(view.Id);
        experiment.CodeVersion.ShouldBe(view.CodeVersion);
        experiment.SettingsDigest.ShouldBe(await SettingsDigestOfFirstEvent(view.Id));
        lineage.Truncated.ShouldBeFalse();
        AssertConnected(lineage);
    }

    [Fact]
    public async Task A_data_set_leads_forward_to_everything_that_was_made_from_it()
    {
        var first = await Finish();
        var second = await Finish();
        var dataset = first.Inputs.Single(input => input.Key.EndsWith("train.jsonl", StringComparison.Ordinal)).Value;
        second.Inputs.Values.ShouldContain(dataset);
        var lineage = await Lineage(dataset.Digest, "?direction=forward");
        var made = first.Stages.Concat(second.Stages).Where(stage => stage.Kind != StageKind.Prepare)
            .SelectMany(stage => stage.Artifacts.Values).Select(artifact => artifact.Digest).ToHashSet();
        lineage.Artifacts.Where(artifact => artifact.Distance > 0).Select(artifact => artifact.Digest).ShouldBe(made, ignoreOrder: true);
        lineage.Experiments.Select(experiment => experiment.Id).ShouldBe([first.Id, second.Id], ignoreOrder: true);
        AssertConnected(lineage);

        (await Lineage(dataset.Digest, "?direction=forward&depth=1")).ShouldSatisfyAllConditions(
            one => one.Truncated.ShouldBeTrue(),
            one => one.Artifacts.ShouldAllBe(artifact => artifact.Distance <= 1));
    }

    [Fact]
    public async Task Segments_show_every_checkpoint_and_every_batch_of_completions()
    {
        var view = await Finish();
        var lineage = await Lineage(view.Model!.Digest, "?direction=backward&detail=segments");
        lineage.Edges.Where(edge => edge.Role == "rollouts").Select(edge => edge.From).Count(from => from.StartsWith("sha256:", StringComparison.Ordinal)).ShouldBe(6);
        lineage.Steps.Select(step => step.Segment).ShouldBe(
        [
            "prepare", "train-0000", "train-0001", "train-0002",
            .. from iteration in Enumerable.Range(0, 3) from shard in Enumerable.Range(0, 2) select $"rollout-{iteration:D4}-shard-{shard}",
            "update-0000", "update-0001", "update-0002",
        ], ignoreOrder: true);
        var dataset = view.Inputs.Single(input => input.Key.EndsWith("train.jsonl", StringComparison.Ordinal)).Value.Digest;
        lineage.Edges.Where(edge => edge.From == dataset).Select(edge => edge.To.Split('/')[2]).ShouldAllBe(segment => !segment.StartsWith("update"));
        AssertConnected(lineage);

        // A checkpoint in the middle: forward to the end, backward to the inputs.
        var checkpoint = lineage.Edges.First(edge => edge.To.EndsWith("/train-0001", StringComparison.Ordinal) && edge.Role == "checkpoint").From;
        var around = await Lineage(checkpoint, "?detail=segments");
        around.Artifacts.Where(artifact => artifact.Distance < 0).Select(artifact => artifact.Digest).ShouldBe(view.Inputs.Values.Select(input => input.Digest)
            .Append(view.Stages[0].Artifacts["model"].Digest), ignoreOrder: true);
        around.Artifacts.Where(artifact => artifact.Distance > 0).Select(artifact => artifact.Digest).ShouldContain(view.Model.Digest);
    }

    [Fact]
    public async Task A_data_report_has_its_lineage_as_soon_as_a_segment_names_it()
    {
        var report = ScriptedWorker.Artifact("which rows were read");
        _plane.Script.Reply = command => ScriptedWorker.Answer(command) switch
        {
            SegmentTrained trained => trained with { DataReport = report },
            var answer => answer,
        };
        _plane.Script.Answers = command => Task.FromResult(command is not TrainSegment { FromStep: >= 100 });
        var id = (await _plane.Submit(TestPipeline.Write(_folder.Path))).Id;
        await _plane.Until(id, view => view.Stages[1].Step == 100);
        var lineage = await Lineage(report.Digest, "?direction=backward&detail=segments");
        lineage.Edges.ShouldContain(edge => edge.To == report.Digest && edge.Role == "data_report" && edge.From.EndsWith("/train-0000", StringComparison.Ordinal));
        lineage.Artifacts.SelectMany(artifact => artifact.Names).ShouldContain(name => name.EndsWith("train.jsonl", StringComparison.Ordinal));
        AssertConnected(lineage);
    }

    [Fact]
    public async Task The_lineage_is_drawn_as_Mermaid_and_as_DOT()
    {
        var view = await Finish();
        var mermaid = await Text(view.Model!.Digest, "mermaid", "text/vnd.mermaid");
        mermaid.ShouldStartWith("flowchart LR\n");
        MermaidLine().Matches(mermaid).Count.ShouldBe(mermaid.Count(c => c == '\n'));
        mermaid.ShouldContain("train.jsonl");
        var dot = await Text(view.Model.Digest, "dot", "text/vnd.graphviz");
        dot.ShouldStartWith("digraph lineage {\n");
        dot.TrimEnd().ShouldEndWith("}");
        dot.ShouldContain("small / sft");
    }

    [Fact]
    public async Task The_lineage_names_the_registered_versions_of_its_models()
    {
        var view = await Finish();
        using var registered = await _plane.Http.PostAsJsonAsync(
            "/v1/models", new RegisterModel("adder", view.Id, "sft"), SwiftJson.Options, TestContext.Current.CancellationToken);
        registered.StatusCode.ShouldBe(HttpStatusCode.Created, await registered.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var dataset = view.Inputs.Single(input => input.Key.EndsWith("train.jsonl", StringComparison.Ordinal)).Value;
        var version = (await Lineage(dataset.Digest, "")).Models.ShouldHaveSingleItem();
        (version.Name, version.Version, version.Digest).ShouldBe(("adder", 1, view.Stages[1].Artifacts["model"].Digest));
        (await Text(dataset.Digest, "mermaid", "text/vnd.mermaid")).ShouldContain("adder version 1");
    }

    [Theory]
    [InlineData("stages")]
    [InlineData("segments")]
    public async Task A_deployment_that_follows_an_alias_served_what_the_alias_meant_and_not_a_model_that_was_refused(string detail)
    {
        var champion = await FinishWith(accuracy: 0.9);
        var refused = await FinishWith(accuracy: 0.1);
        refused.Stages.Single(stage => stage.Kind == StageKind.Register).Registration!.Promoted.ShouldBeFalse();
        async Task<IEnumerable<Guid>> Served(ExperimentView of) => (await Lineage(of.Model!.Digest, $"?direction=forward&detail={detail}"))
            .Steps.Where(step => step.Kind == StageKind.Deploy).Select(step => step.Experiment);
        (await Served(champion)).ShouldBe([champion.Id, refused.Id], ignoreOrder: true);
        (await Served(refused)).ShouldBeEmpty();
    }

    private async Task<ExperimentView> FinishWith(double accuracy)
    {
        _plane.Script.Reply = command => (ScriptedWorker.Answer(command), command) switch
        {
            (ModelPrepared prepared, _) => prepared with { Model = ScriptedWorker.Artifact($"base {accuracy}") },
            (ModelEvaluated evaluated, _) => evaluated with { Scores = new Dictionary<string, double> { ["accuracy"] = accuracy } },
            var (answer, _) => answer,
        };
        var files = System.Text.Json.JsonSerializer.SerializeToElement(TestPipeline.Write(_folder.Path));
        var data = files.GetProperty("stages")[0].GetProperty("data");
        var accepted = await _plane.Submit(new
        {
            name = "small",
            model = files.GetProperty("model"),
            stages = new object[]
            {
                new { kind = "sft", data, train = new { max_steps = 10 } },
                new { kind = "eval", data, generation = new { max_new_tokens = 8 } },
                new { kind = "register", register = new { gates = new[] { "accuracy >= 0.8" } } },
                new { kind = "deploy", deploy = new { alias = "champion" } },
            },
        });
        return await _plane.Until(accepted.Id, view => view.Status == ExperimentStatus.Succeeded);
    }

    [Fact]
    public async Task What_no_event_names_and_what_is_no_digest_is_refused()
    {
        var unknown = "sha256:" + new string('0', 64);
        foreach (var (path, status) in new[]
        {
            (unknown, HttpStatusCode.NotFound), ("sha256:xyz", HttpStatusCode.BadRequest), (unknown + "/lineage?direction=up", HttpStatusCode.BadRequest),
            (unknown + "/lineage?depth=0", HttpStatusCode.BadRequest), (unknown + "/lineage?format=png", HttpStatusCode.BadRequest),
        })
        {
            using var response = await _plane.Http.GetAsync($"/v1/artifacts/{(path.Contains('/') ? path : path + "/lineage")}", TestContext.Current.CancellationToken);
            response.StatusCode.ShouldBe(status, path);
        }
    }

    private async Task<ExperimentView> Finish() =>
        await _plane.Until((await _plane.Submit(TestPipeline.Write(_folder.Path))).Id, view => view.Status == ExperimentStatus.Succeeded);

    private async Task<LineageGraph> Lineage(string digest, string query) =>
        (await _plane.Http.GetFromJsonAsync<LineageGraph>($"/v1/artifacts/{digest}/lineage{query}", SwiftJson.Options, TestContext.Current.CancellationToken))!;

    private async Task<string> Text(string digest, string format, string mediaType)
    {
        using var response = await _plane.Http.GetAsync($"/v1/artifacts/{digest}/lineage?format={format}", TestContext.Current.CancellationToken);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private async Task<string?> SettingsDigestOfFirstEvent(Guid id)
    {
        var events = await _plane.Http.GetFromJsonAsync<Page<EventView>>($"/v1/experiments/{id}/events?pageSize=1", SwiftJson.Options, TestContext.Current.CancellationToken);
        return events!.Items[0].Data.GetProperty("settings_digest").GetString();
    }

    /// <summary>Every edge has both its ends, and everything hangs together with the root.</summary>
    private static void AssertConnected(LineageGraph graph)
    {
        var nodes = graph.Artifacts.Select(a => a.Digest).Concat(graph.Steps.Select(s => s.Id)).ToHashSet();
        graph.Edges.ShouldAllBe(edge => nodes.Contains(edge.From) && nodes.Contains(edge.To));
        var reached = new HashSet<string> { graph.Root };
        while (graph.Edges.Any(edge => reached.Contains(edge.From) != reached.Contains(edge.To)))
        {
            foreach (var edge in graph.Edges.Where(edge => reached.Contains(edge.From) || reached.Contains(edge.To)))
            {
                reached.UnionWith([edge.From, edge.To]);
            }
        }
        reached.ShouldBe(nodes, ignoreOrder: true);
    }

    [GeneratedRegex("""^(flowchart LR|    a\d+\["[^"]+"\]|    s\d+\(\["[^"]+"\]\)|    [as]\d+ -->\|"[^"]+"\| [as]\d+|    style a\d+ stroke-width:4px)$""", RegexOptions.Multiline)]
    private static partial Regex MermaidLine();
}
