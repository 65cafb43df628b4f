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
        var pipeline = SmallPipeline.Write(_folder, trainRows: 16, testRows: 4,
            "learning_rate: 1.0e-2, max_steps: 8, per_device_train_batch_size: 16, gradient_accumulation_steps: 1, segment_steps: 4");
        await using var product = await SmallPipeline.StartProduct(_folder["data"], new BusSettings());
        using ApiConnection connection = new(product.Url, product.AdminKey);
        var api = connection.Api;
        var original = (await api.SubmitExperiment(new SubmitExperiment(PipelineFile.Read(pipeline)), "original", TestContext.Current.CancellationToken)).Id;
        await SmallPipeline.Finish(api, original);

        // The file changes; the recorded bytes do not.
        ChangeOneRow(_folder["train.jsonl"]);
        var again = await api.ReproduceExperiment(original, new ReproduceExperiment(), TestContext.Current.CancellationToken);
        again.LeftOut.ShouldBe(["deploy"]);
        (await SmallPipeline.Finish(api, again.Id)).Reproduces.ShouldBe(original);
        var equal = await api.CompareExperiments(original, again.Id, TestContext.Current.CancellationToken);
        equal.Equal.ShouldBeTrue(equal.Verdict);
        equal.Stages.Select(stage => (stage.Name, stage.Outcome)).ShouldBe(
        [
            ("prepare", StageComparison.Equal), ("sft", StageComparison.Equal), ("grpo", StageComparison.Equal), ("eval", StageComparison.Equal),
            ("export", StageComparison.Equal), ("deploy", StageComparison.LeftOut),
        ]);

        var changed = await api.ReproduceExperiment(original, new ReproduceExperiment(ReproductionInputs.Files), TestContext.Current.CancellationToken);
        await SmallPipeline.Finish(api, changed.Id);
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

        // Relative to where the API was started, a path means what nobody said.
        var relative = new ReproduceExperiment(ReproductionInputs.Files, new Dictionary<string, string> { [input.Path] = "train.jsonl" });
        var refused = await Should.ThrowAsync<ApiProblem>(() => api.ReproduceExperiment(original, relative, TestContext.Current.CancellationToken));
        refused.Message.ShouldContain("is not an absolute path");
    }

    public void Dispose() => _folder.Dispose();

    private static void ChangeOneRow(string file)
    {
        var lines = File.ReadAllLines(file);
        var start = lines[ChangedLine - 1].IndexOf("\"content\":\"", StringComparison.Ordinal) + "\"content\":\"".Length;
        lines[ChangedLine - 1] = lines[ChangedLine - 1].Insert(start, "Zed ");
        File.WriteAllLines(file, lines);
    }
}
