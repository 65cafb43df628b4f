using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Evaluation.Rollouts;
using Swift.Training.Rollouts;

namespace Swift.Inference.Tests.Evaluation;

public sealed class RolloutGenerationTests(SmallModelFolder folder) : IClassFixture<SmallModelFolder>
{
    [Fact]
    public void Shards_are_together_what_one_shard_would_be()
    {
        var whole = Run(iteration: 2, shard: 0, shards: 1);
        var split = Enumerable.Range(0, 3).SelectMany(shard => Run(2, shard, 3)).OrderBy(c => c.Group).ThenBy(c => c.Generation).ToArray();
        split.Length.ShouldBe(5 * 4);
        for (var i = 0; i < split.Length; i++)
        {
            (split[i].Group, split[i].Generation).ShouldBe((i / 4, i % 4));
            split[i].PromptIds.ShouldBe(whole[i].PromptIds);
            split[i].CompletionIds.ShouldBe(whole[i].CompletionIds);
            split[i].Rewards.ShouldBe(whole[i].Rewards);
        }
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes_and_completions_of_a_group_differ()
    {
        var first = Run(0, 0, 2, "first");
        Run(0, 0, 2, "second");
        File.ReadAllBytes(folder["second"]).ShouldBe(File.ReadAllBytes(folder["first"]));
        first.ShouldAllBe(c => c.PolicyVersion == 7 && c.LogProbs.Count == c.CompletionIds.Count && c.LogProbs.All(l => l <= 0));
        first.GroupBy(c => c.Group).ShouldAllBe(g => g.Select(c => string.Join(' ', c.CompletionIds)).Distinct().Count() == 4);
    }

    [Fact]
    public void The_first_shard_of_a_stage_tells_what_became_of_its_data_and_no_other_counts_it_again()
    {
        var path = folder["prompts.jsonl"];
        File.WriteAllLines(path, ["{\"query\":\"1+1\",\"solution\":\"2\"}", "{\"solution\":\"3\"}", "{\"query\":\"2+2\",\"solution\":\"4\"}", $"{{\"query\":\"{new string('1', 5000)}\"}}", "{"]);
        var request = Request(0, 0, 2, "told") with { Datasets = [new DatasetFile(path, 4, "prompts.jsonl#4")] };
        var outcome = RolloutGeneration.Run(request, null, TestContext.Current.CancellationToken);

        var report = outcome.Data!.Datasets.ShouldHaveSingleItem();
        (report.Dataset, report.RowsRead, report.RowsKept).ShouldBe(("prompts.jsonl#4", 5, 2));
        report.Dropped.Select(rows => (rows.Reason, rows.Lines[0])).ShouldBe([("bad_json", 5), ("no_prompt", 2), ("too_long", 4)]);
        outcome.Dropped.ShouldBe(report.Dropped);
        report.Lengths.Samples.ShouldBe(2);
        outcome.Data.Lengths.Samples.ShouldBe(report.RowsUsed);
        foreach (var (iteration, shard) in new[] { (0, 1), (1, 0) })
        {
            var later = RolloutGeneration.Run(request with { Iteration = iteration, Shard = shard, OutputFile = folder["later"] }, null, TestContext.Current.CancellationToken);
            later.Data.ShouldBeNull();
            later.Dropped.ShouldBeEmpty();
        }
    }

    [Fact]
    public void An_epoch_asks_every_row_once_and_the_next_in_another_order()
    {
        var plan = new PromptPlan(12, seed: 5);
        int[] rows = [.. from iteration in Enumerable.Range(0, 8)
                         from shard in Enumerable.Range(0, 2)
                         from @group in PromptPlan.GroupsOf(shard, 2, 3)
                         orderby iteration, @group
                         select plan.RowsFor(iteration, @group, 3).First()];
        rows[..12].Order().ShouldBe(Enumerable.Range(0, 12));
        rows[12..].Order().ShouldBe(Enumerable.Range(0, 12));
        rows[12..].ShouldNotBe(rows[..12]);
        plan.RowsFor(1, 1, 3).Order().ShouldBe(Enumerable.Range(0, 12));
    }

    [Fact]
    public void Metrics_follow_from_the_completions()
    {
        var outcome = RolloutGeneration.Run(Request(0, 0, 1, "metrics"), null, TestContext.Current.CancellationToken);
        var completions = RolloutFile.Read(outcome.OutputFile);
        var metrics = outcome.Metrics.ToDictionary(m => m.Name, m => m.Value);
        metrics["reward"].ShouldBe(completions.Average(c => (0.5 * c.Rewards["accuracy"]!.Value) + (2 * c.Rewards["format"]!.Value)), 1e-12);
        metrics["completions/mean_length"].ShouldBe(completions.Average(c => c.CompletionIds.Count), 1e-12);
        metrics["completions/max_length"].ShouldBe(completions.Max(c => c.CompletionIds.Count));
        metrics["completions/clipped_ratio"].ShouldBe(completions.Count(c => c.Truncated) / 20.0);
        outcome.Tokens.ShouldBe(completions.Sum(c => c.CompletionIds.Count));
    }

    private IReadOnlyList<RolloutCompletion> Run(int iteration, int shard, int shards, string output = "rollouts") =>
        RolloutFile.Read(RolloutGeneration.Run(Request(iteration, shard, shards, output), null, TestContext.Current.CancellationToken).OutputFile);

    private RolloutRequest Request(int iteration, int shard, int shards, string output) => new()
    {
        PolicyFolder = folder.ModelPath,
        PolicyVersion = 7,
        Iteration = iteration,
        Shard = shard,
        Shards = shards,
        Datasets = [new DatasetFile(folder.TrainFile, null, "train.jsonl")],
        Data = new DataSpec { Dataset = [] },
        Generation = new GenerationSpec { MaxNewTokens = 12, MaxBatchSize = 6 },
        Grpo = new GrpoSpec { NumGenerations = 4, GenerationBatchSize = 20, RewardWeights = [0.5, 2] },
        Seed = 1,
        OutputFile = folder[output],
    };
}
