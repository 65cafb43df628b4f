using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Reproduction;

public sealed class ComparisonTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ControlPlane _plane = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _plane = await ControlPlane.Start(await postgres.CreateDatabase(), _folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A segment also ends after some seconds, so on a busy machine it holds fewer steps.</summary>
    [Fact]
    public async Task Where_the_clock_cut_the_training_makes_no_difference()
    {
        var first = await Finish(37);
        var second = await Finish(41, 60);
        first.Stages[1].Artifacts.ShouldBe(second.Stages[1].Artifacts);
        (await Compare(first, second)).Verdict.ShouldBe("Every input, every setting and every artifact of every stage is equal.");
        (await Compare(second, first)).Equal.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_both_had_come_to_the_same_step_the_first_difference_is_named()
    {
        var first = await Finish(37, 60);
        var second = await Finish(["other"], 41, 60);
        var stage = (await Compare(first, second)).Stages.First(stage => stage.Outcome == StageComparison.Different);
        (stage.Name, stage.Segment).ShouldBe(("sft", "train-0001"));
    }

    [Theory]
    [InlineData("new/*.jsonl")]
    [InlineData("train.jsonl#500")]
    public async Task A_replacement_that_is_not_the_path_of_one_file_is_refused(string replacement)
    {
        var original = await Finish(37);
        var dataset = original.Inputs.Keys.Single(path => path.EndsWith("train.jsonl", StringComparison.Ordinal));
        using var answer = await _plane.Http.PostAsJsonAsync(
            $"/v1/experiments/{original.Id}:reproduce",
            new ReproduceExperiment(Inputs: ReproductionInputs.Files, Replace: new Dictionary<string, string> { [dataset] = _folder[replacement] }), SwiftJson.Options, Ct);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, problem.GetRawText());
        problem.GetProperty("code").GetString().ShouldBe("invalid_replacement");
    }

    private Task<ExperimentView> Finish(params int[] cuts) => Finish([], cuts);

    /// <summary>What training makes depends on the steps alone.</summary>
    private async Task<ExperimentView> Finish(string[] otherwise, params int[] cuts)
    {
        _plane.Script.Reply = command =>
        {
            if (command is not TrainSegment train || ScriptedWorker.Answer(command) is not SegmentTrained trained) return ScriptedWorker.Answer(command);
            var step = cuts.FirstOrDefault(cut => cut > train.FromStep, trained.TotalSteps);
            var made = string.Join(' ', [.. otherwise, $"{step}"]);
            return trained with
            {
                Step = step, Finished = step == trained.TotalSteps,
                Checkpoint = ScriptedWorker.Artifact("checkpoint " + made, ArtifactKind.Checkpoint), Model = ScriptedWorker.Artifact("model " + made),
            };
        };
        var accepted = await _plane.Submit(TestPipeline.Write(_folder.Path));
        return await _plane.Until(accepted.Id, view => view.Status == ExperimentStatus.Succeeded);
    }

    private async Task<ExperimentComparison> Compare(ExperimentView first, ExperimentView second) =>
        (await _plane.Http.GetFromJsonAsync<ExperimentComparison>($"/v1/experiments/{first.Id}/comparison?with={second.Id}", SwiftJson.Options, Ct))!;
}
