using Swift.Contracts.Experiments;
using Swift.Data.Datasets;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;
using Swift.Models;
using Swift.Models.Native;
using Swift.Training.Rewards;
using Swift.Training.Rollouts;
using static TorchSharp.torch;

namespace Swift.Evaluation.Rollouts;

/// <summary>Completes and scores the prompts of one shard of one iteration.</summary>
public static class RolloutGeneration
{
    /// <summary>
    /// Writes <see cref="RolloutRequest.OutputFile"/>; its bytes depend on the request only. The policy is loaded for this call alone:
    /// no weight and no cached key outlives its version.
    /// </summary>
    /// <exception cref="SwiftException">Bad input of the reader, the model, the rewards or the sampling settings; <c>prompts_too_long</c> when no prompt fits.</exception>
    public static RolloutOutcome Run(RolloutRequest request, IProgress<WorkProgress>? progress, CancellationToken ct)
    {
        var rewards = new RewardRegistry().Resolve(request.Grpo.RewardFuncs);
        TorchLibrary.Load();
        using var model = CausalLanguageModel.Load(request.PolicyFolder, new Device(request.Device));
        var loaded = DatasetReader.Load(request.Datasets, request.Data, RowUse.Prompt, request.Seed, ct);
        var encoder = new PromptEncoder(model, request.Generation.MaxNewTokens, request.Data.MaxLength);
        var asked = Prompts(request, loaded.Rows, encoder);

        var sampling = SamplingParameters.From(request.Generation, defaultTemperature: 1, request.Seed);
        var completions = Generation.Complete(
            model, new EngineOptions { MaxBatchSize = request.Generation.MaxBatchSize, PolicyVersion = request.PolicyVersion },
            [.. asked.Select(a => new GenerationRequest { PromptTokens = a.Prompt.Ids, Sampling = sampling, Key = Key(request, a) })], progress, ct);
        RolloutCompletion[] lines = [.. asked.Zip(completions, (a, completion) => new RolloutCompletion
        {
            Iteration = request.Iteration,
            PolicyVersion = completion.PolicyVersion,
            Group = a.Group,
            Generation = a.Generation,
            PromptIds = a.Prompt.Ids,
            CompletionIds = completion.Tokens,
            LogProbs = completion.LogProbabilities,
            Text = completion.Text,
            Truncated = completion.FinishReason == FinishReason.Length,
            Rewards = Score(rewards, a.Prompt.Row, completion),
        })];
        RolloutFile.Write(request.OutputFile, lines);
        return new RolloutOutcome(
            request.OutputFile, RolloutMetrics.Of(lines, request.Grpo, request.Iteration),
            request is { Iteration: 0, Shard: 0 } ? PromptReport.Of(loaded, loaded.Rows, encoder, ct) : null, lines.Sum(l => (long)l.CompletionIds.Count));
    }

    private static List<AskedPrompt> Prompts(RolloutRequest request, IReadOnlyList<DataRow> rows, PromptEncoder encoder)
    {
        var perGroup = request.Grpo.NumGenerations;
        var groups = (request.Grpo.GenerationBatchSize ?? 8 * perGroup) / perGroup;
        var plan = new PromptPlan(rows.Count, request.Seed);
        var encoded = new Dictionary<int, EncodedPrompt?>();
        var asked = new List<AskedPrompt>();
        foreach (var group in PromptPlan.GroupsOf(request.Shard, request.Shards, groups))
        {
            var prompt = plan.RowsFor(request.Iteration, group, groups).Select(Encoded).FirstOrDefault(p => p is not null) ?? throw encoder.NothingFits();
            asked.AddRange(Enumerable.Range(0, perGroup).Select(generation => new AskedPrompt(prompt, group, generation)));
        }
        return asked;

        // Each row once, so that a prompt that does not fit is counted once.
        EncodedPrompt? Encoded(int row) => encoded.TryGetValue(row, out var prompt) ? prompt : encoded[row] = encoder.Encode(rows[row]);
    }

    /// <summary>Another one for every completion of the whole loop, whatever the number of shards.</summary>
    private static ulong Key(RolloutRequest request, AskedPrompt asked) =>
        ((ulong)request.Iteration << 32) + ((ulong)asked.Group * (ulong)request.Grpo.NumGenerations) + (ulong)asked.Generation;

    private static SortedDictionary<string, double?> Score(IReadOnlyList<IReward> rewards, DataRow row, Completion completion)
    {
        var scored = new ScoredCompletion(completion.Text, completion.Tokens, row.Solution, row.Columns);
        return new SortedDictionary<string, double?>(rewards.ToDictionary(r => r.Name, r => r.Score(scored)), StringComparer.Ordinal);
    }

    private sealed record AskedPrompt(EncodedPrompt Prompt, int Group, int Generation);
}
