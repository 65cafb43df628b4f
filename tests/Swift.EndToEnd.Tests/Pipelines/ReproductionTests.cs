using Swift.Cli.Api;
using Swift.Cli.Commands.Data;
using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Hosting;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Contracts.Workers;
using Swift.Data.Arithmetic;
using Swift.Hosting.Bus;
using Swift.Models.Tokenizers;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.Pipelines;

/// <summary>A pipeline run again by real workers: equal to the last byte, or different at a place that is named.</summary>
public sealed class ReproductionTests : IDisposable
{
    private const int ChangedLine = 7;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Run_again_it_is_equal_in_every_stage_and_with_one_changed_row_it_names_stage_and_row()
    {
        Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");
        var pipeline = WritePipeline();
        var data = _folder["data"];
        var settings = new ServerSettings(data, Path.Combine(data, "artifacts"), null, new BusSettings(), ServerSettings.Loopback, 0);
        await using var product = await Product.StartAsync(settings, api: true, Enum.GetValues<WorkerKind>(), _ => { }, TestContext.Current.CancellationToken);
        using ApiConnection connection = new(product.Url);
        var api = connection.Api;
        var original = (await api.SubmitExperiment(new SubmitExperiment(PipelineFile.Read(pipeline)), "original", TestContext.Current.CancellationToken)).Id;
        await Finish(api, original);

        // The file changes; the recorded bytes do not.
        ChangeOneRow(_folder["train.jsonl"]);
        var again = await api.ReproduceExperiment(original, new ReproduceExperiment(), TestContext.Current.CancellationToken);
        again.LeftOut.ShouldBe(["deploy"]);
        (await Finish(api, again.Id)).Reproduces.ShouldBe(original);
        var equal = await api.CompareExperiments(original, again.Id, TestContext.Current.CancellationToken);
        equal.Equal.ShouldBeTrue(equal.Verdict);
        equal.Stages.Select(stage => (stage.Name, stage.Outcome)).ShouldBe(
        [
            ("prepare", StageComparison.Equal), ("sft", StageComparison.Equal), ("grpo", StageComparison.Equal), ("eval", StageComparison.Equal),
            ("export", StageComparison.Equal), ("deploy", StageComparison.LeftOut),
        ]);

        var changed = await api.ReproduceExperiment(original, new ReproduceExperiment(ReproductionInputs.Files), TestContext.Current.CancellationToken);
        await Finish(api, changed.Id);
        var different = await api.CompareExperiments(original, changed.Id, TestContext.Current.CancellationToken);
        different.Equal.ShouldBeFalse();
        var input = different.Inputs.Single(i => i.Digest != i.WithDigest);
        input.Path.ShouldEndWith("train.jsonl");
        input.UsedBy.ShouldBe(["sft", "grpo"]);
        input.Difference!.Place.ShouldStartWith($"line {ChangedLine}, messages[0].content");
        input.Difference.After!.ShouldContain("Zed");
        different.Stages[0].Outcome.ShouldBe(StageComparison.Equal);
        var first = different.Stages.First(stage => stage.Outcome == StageComparison.Different);
        (first.Name, first.Segment).ShouldBe(("sft", "train-0000"));
        first.Difference!.File.ShouldBe("model.safetensors");
        first.Difference.Place.ShouldStartWith("tensor model.");
        first.Difference.Before.ShouldNotBe(first.Difference.After);
        different.Stages.Single(stage => stage.Name == "grpo").Difference!.Artifact.ShouldBe("rollouts");
        different.Verdict.ShouldContain($"line {ChangedLine}");
        different.Verdict.ShouldContain("The first stage that differs is sft");
    }

    public void Dispose() => _folder.Dispose();

    private static void ChangeOneRow(string file)
    {
        var lines = File.ReadAllLines(file);
        var start = lines[ChangedLine - 1].IndexOf("\"content\":\"", StringComparison.Ordinal) + "\"content\":\"".Length;
        lines[ChangedLine - 1] = lines[ChangedLine - 1].Insert(start, "Zed ");
        File.WriteAllLines(file, lines);
    }

    private static async Task<ExperimentView> Finish(ISwiftApi api, Guid id)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(5));
        while (true)
        {
            var view = await api.GetExperiment(id, deadline.Token);
            if (view.Status is ExperimentStatus.Succeeded)
                return view;
            view.Status.ShouldNotBe(ExperimentStatus.Failed, view.Failure?.Message);
            await Task.Delay(100, deadline.Token);
        }
    }

    private string WritePipeline()
    {
        ArithmeticProblems.Write(_folder["train.jsonl"], _folder["test.jsonl"], new ArithmeticOptions { Train = 16, Test = 4 });
        BytePairTrainer.Train(
            TrainTokenizer.Texts(_folder["train.jsonl"], TestContext.Current.CancellationToken), new BytePairTrainerOptions { VocabularySize = 320 }, _folder["tokenizer"]);
        File.WriteAllText(_folder["pipeline.yaml"], """
            name: small
            model:
              tokenizer: tokenizer
              config: { hidden_size: 32, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 256 }
            stages:
              - kind: sft
                data: { dataset: [train.jsonl], packing: true }
                train: { learning_rate: 1.0e-2, max_steps: 8, per_device_train_batch_size: 16, gradient_accumulation_steps: 1, segment_steps: 4 }
              - kind: grpo
                data: { dataset: [train.jsonl] }
                train: { learning_rate: 1.0e-4, max_steps: 2 }
                generation: { max_new_tokens: 8 }
                grpo: { num_generations: 2, generation_batch_size: 8, rollout_shards: 2 }
              - kind: eval
                data: { dataset: [test.jsonl] }
                generation: { max_new_tokens: 8 }
              - kind: export
              - kind: deploy
            """);
        return _folder["pipeline.yaml"];
    }
}
