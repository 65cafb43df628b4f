using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Models;
using Swift.Training.Reinforcement;
using Swift.Training.Rollouts;
using TorchSharp;

namespace Swift.Training.Tests.Reinforcement;

public sealed class PolicyUpdateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public PolicyUpdateTests() => _model = SmallModel.Write(_folder).Model;

    public void Dispose() => _folder.Dispose();

    private static readonly GrpoSpec Grpo = new() { NumGenerations = 2, GenerationBatchSize = 8, RewardFuncs = ["accuracy"], Beta = 0 };

    /// <summary>Four groups of two: the first completion of each is rewarded.</summary>
    private static RolloutCompletion[] Completions(int policyVersion = 0) => Enumerable.Range(0, 8).Select(i => new RolloutCompletion
    {
        Iteration = 0, PolicyVersion = policyVersion, Group = i / 2, Generation = i % 2,
        PromptIds = Enumerable.Range(i / 2 * 5, 4 + i / 2).ToArray(),
        CompletionIds = Enumerable.Range(100 + i * 9, 3 + i % 3).ToArray(),
        LogProbs = Enumerable.Repeat(-5.5f, 3 + i % 3).ToArray(),
        Text = "", Truncated = false, Rewards = new Dictionary<string, double?> { ["accuracy"] = i % 2 == 0 ? 1 : 0 },
    }).ToArray();

    private PolicySegment Segment(string output, IEnumerable<RolloutCompletion>[] shards, GrpoSpec? grpo = null)
    {
        var files = shards.Select((shard, i) =>
        {
            var path = _folder.PathOf($"{output}-{i}.jsonl");
            RolloutFile.Write(path, shard);
            return path;
        }).ToArray();
        return new PolicySegment
        {
            ModelFolder = _model, FromStep = 0, TotalSteps = 10, PolicyVersion = 0, Iteration = 0, RolloutFiles = files,
            Train = new TrainSpec { LearningRate = 2e-3, LrSchedulerType = "constant", WeightDecay = 0 },
            Grpo = grpo ?? Grpo, Generation = new GenerationSpec { MaxNewTokens = 8 }, Seed = 5, OutputFolder = _folder.PathOf(output),
        };
    }

    private static SegmentOutcome Run(PolicySegment segment) => PolicyUpdate.RunSegment(segment, null, CancellationToken.None);

    private static double[] LogProbsOf(string folder, RolloutCompletion[] completions)
    {
        using var model = CausalLanguageModel.Load(folder, torch.CPU);
        return LogProbabilityPass.Run(model.Decoder, completions, 3, 1, CancellationToken.None).Select(values => values.Sum(v => (double)v)).ToArray();
    }

    [Fact]
    public void Rewarded_completions_become_likelier_and_the_others_less_likely()
    {
        var completions = Completions();
        var outcome = Run(Segment("out", [completions]));
        (outcome.Step, outcome.Finished).ShouldBe((1, false));
        var (before, after) = (LogProbsOf(_model, completions), LogProbsOf(_folder.PathOf("out"), completions));
        for (var i = 0; i < completions.Length; i++)
            (after[i] > before[i]).ShouldBe(i % 2 == 0, $"completion {i}");
        var metrics = outcome.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value);
        metrics["reward"].ShouldBe(0.5);
        metrics["rewards/accuracy/mean"].ShouldBe(0.5);
        metrics["frac_reward_zero_std"].ShouldBe(0);
        metrics["clip_ratio/region_mean"].ShouldBe(0);
        metrics["rollout/staleness"].ShouldBe(0);
        metrics["completions/mean_length"].ShouldBe(completions.Average(c => (double)c.CompletionIds.Count));
        // Random weights are close to uniform over the vocabulary.
        metrics["entropy"].ShouldBeInRange(5, Math.Log(320));
        metrics["rollout/log_prob_difference_max"].ShouldBeInRange(0.01, 1);
    }

    [Fact]
    public void How_the_batch_was_cut_into_shards_does_not_change_a_bit()
    {
        var completions = Completions();
        Run(Segment("one", [completions]));
        Run(Segment("two", [completions[4..], completions[..4]]));
        SmallModel.HashOf(_folder.PathOf("two")).ShouldBe(SmallModel.HashOf(_folder.PathOf("one")));
    }

    [Fact]
    public void Iterations_go_on_from_their_checkpoint()
    {
        var grpo = Grpo with { StepsPerGeneration = 2, NumIterations = 2, Beta = 0.1 };
        var first = Segment("first", [Completions()], grpo) with { ReferenceFolder = _model };
        var outcome = Run(first);
        outcome.Step.ShouldBe(4);
        outcome.Metrics.Single(metric => metric.Name == "kl").Value.ShouldBeGreaterThan(0);

        var next = Completions(1).Select(c => c with { Iteration = 1 });
        var second = Segment("second", [next], grpo) with
        {
            CheckpointFolder = outcome.CheckpointFolder, FromStep = 4, PolicyVersion = 1, Iteration = 1, TotalSteps = 8, ReferenceFolder = _model,
        };
        Run(second).ShouldSatisfyAllConditions(o => o.Step.ShouldBe(8), o => o.Finished.ShouldBeTrue());
        Should.Throw<SwiftException>(() => Run(second with { FromStep = 5 })).Reason.Code.ShouldBe("checkpoint_invalid");
    }

    [Fact]
    public void Completions_of_an_older_policy_are_compared_with_their_own_log_probabilities()
    {
        // Sampled with a far lower probability than they have now: the ratio is beyond the clip, and rewarded completions teach nothing.
        var stale = Completions().Select(c => c with { PolicyVersion = -1, LogProbs = c.LogProbs.Select(_ => -9f).ToArray() }).ToArray();
        var outcome = Run(Segment("out", [stale]));
        var metrics = outcome.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value);
        metrics["rollout/staleness"].ShouldBe(1);
        metrics["clip_ratio/region_mean"].ShouldBeGreaterThan(0.3);
        metrics.ShouldNotContainKey("rollout/log_prob_difference_max");
    }

    [Theory]
    [InlineData("grpo", "token", "grpo", "group")]
    [InlineData("dapo", "token", "rloo", "none")]
    [InlineData("dr_grpo", "sequence", "reinforce_plus_plus", "batch")]
    [InlineData("sapo", "sequence_token", "grpo", "batch")]
    public void Every_member_of_the_family_trains(string lossType, string level, string estimator, string scale)
    {
        var grpo = Grpo with { LossType = lossType, ImportanceSamplingLevel = level, AdvantageEstimator = estimator, ScaleRewards = scale, Beta = 0.04 };
        var outcome = Run(Segment("out", [Completions()], grpo) with { ReferenceFolder = _model });
        outcome.SkippedSteps.ShouldBeEmpty();
        outcome.Metrics.Single(metric => metric.Name == "grad_norm").Value.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Rollouts_that_are_not_whole_groups_are_refused()
    {
        var completions = Completions();
        Should.Throw<SwiftException>(() => Run(Segment("a", [completions[..7]]))).Reason.Code.ShouldBe("rollout_incomplete");
        Should.Throw<SwiftException>(() => Run(Segment("b", [completions, completions[..2]]))).Reason.Code.ShouldBe("rollout_incomplete");
        Should.Throw<SwiftException>(() => Run(Segment("c", [[]]))).Reason.Code.ShouldBe("rollout_incomplete");
        Should.Throw<SwiftException>(() => Run(Segment("d", [completions]) with { Iteration = 1 })).Reason.Code.ShouldBe("rollout_invalid");
        Should.Throw<SwiftException>(() => Run(Segment("e", [completions], Grpo with { RewardFuncs = ["format"] }))).Reason.Code.ShouldBe("rollout_invalid");
        Should.Throw<SwiftException>(() => Run(Segment("f", [completions], Grpo with { RewardWeights = [1, 2] }))).Reason.Code.ShouldBe("reward_weights_invalid");
        Should.Throw<SwiftException>(() => Run(Segment("g", [completions], Grpo with { Beta = 0.1 }))).Reason.Code.ShouldBe("reference_missing");
    }

    [Fact]
    public void A_rollout_file_reads_as_it_was_written_and_says_what_is_wrong_with_a_line()
    {
        var path = _folder.PathOf("rollouts.jsonl");
        RolloutFile.Write(path, Completions());
        var read = RolloutFile.Read(path);
        read.Count.ShouldBe(8);
        read[3].CompletionIds.ShouldBe(Completions()[3].CompletionIds);
        read[3].LogProbs.ShouldBe(Completions()[3].LogProbs);
        File.AppendAllText(path, "{}\n");
        Should.Throw<SwiftException>(() => RolloutFile.Read(path)).Message.ShouldContain("line 9");
    }
}
