using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Data.Datasets;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;
using Swift.Models;
using Swift.Models.Native;
using Swift.Training.Rewards;
using static TorchSharp.torch;

namespace Swift.Evaluation;

/// <summary>Lets a model answer held-out questions and compares.</summary>
public static class ModelEvaluation
{
    /// <summary>Writes <c>report.json</c>; its bytes depend on the request only.</summary>
    /// <exception cref="SwiftException">
    /// Bad input: of the reader, the model, the metric (<c>reward_unknown</c>) or the sampling settings; <c>prompts_too_long</c> when no prompt fits;
    /// <c>dataset_unusable</c> when no row has an answer to compare with.
    /// </exception>
    public static EvaluationOutcome Run(EvaluationRequest request, IProgress<WorkProgress>? progress, CancellationToken ct)
    {
        var metric = new RewardRegistry().Resolve([request.Eval.Metric])[0];
        TorchLibrary.Load();
        using var model = CausalLanguageModel.Load(request.ModelFolder, new Device(request.Device));
        var loaded = DatasetReader.Load(request.Datasets, request.Data with { DatasetShuffle = false }, RowUse.Evaluate, request.Seed, ct);
        var encoder = new PromptEncoder(model, request.Generation.MaxNewTokens, request.Data.MaxLength);
        DataRow[] asked = [.. loaded.Rows.Take(request.Eval.EvalLimit ?? int.MaxValue)];
        var prompts = asked.Select(encoder.Encode).OfType<EncodedPrompt>().ToArray();
        if (prompts.Length == 0)
            throw encoder.NothingFits();

        var sampling = SamplingParameters.From(request.Generation, defaultTemperature: 0, request.Seed);
        var completions = Generation.Complete(
            model, new EngineOptions { MaxBatchSize = request.Generation.MaxBatchSize },
            [.. prompts.Select((p, i) => new GenerationRequest { PromptTokens = p.Ids, Sampling = sampling, Key = (ulong)i })], progress, ct);
        EvaluatedRow[] answers = [.. prompts.Zip(completions, (prompt, completion) => Compare(metric, prompt, completion))];
        DroppedRows[] dropped = [.. loaded.Dropped, .. encoder.Dropped];
        var scores = Scores(metric, answers);

        Directory.CreateDirectory(request.OutputFolder);
        var reportFile = Path.Combine(request.OutputFolder, "report.json");
        var report = new EvaluationReport(
            metric.Name, scores, answers.Length, answers.Count(a => a.Score is not null),
            [.. dropped.Select(d => d with { Dataset = Path.GetFileName(d.Dataset) })], answers);
        using (var stream = File.Create(reportFile))
            JsonSerializer.Serialize(stream, report, SwiftJson.Indented);
        return new EvaluationOutcome(reportFile, scores, answers.Length, dropped, completions.Sum(c => (long)c.Tokens.Count))
        {
            Data = PromptReport.Of(loaded, asked, encoder, ct),
        };
    }

    private static EvaluatedRow Compare(IReward metric, EncodedPrompt prompt, Completion completion)
    {
        var row = prompt.Row;
        return new EvaluatedRow(
            Path.GetFileName(row.Dataset), row.Line, prompt.Text, completion.Text, AnswerText.Extract(completion.Text),
            row.Solution is { } solution ? AnswerText.Extract(solution) ?? solution : null,
            metric.Score(new ScoredCompletion(completion.Text, completion.Tokens, row.Solution, row.Columns)),
            completion.FinishReason == FinishReason.Length);
    }

    private static SortedDictionary<string, double> Scores(IReward metric, EvaluatedRow[] answers)
    {
        var scored = answers.Count(a => a.Score is not null);
        if (answers.Average(a => a.Score) is not { } mean)
            throw SwiftException.BadInput("dataset_unusable", $"The metric {metric.Name} applies to none of the {answers.Length} rows: they have no solution to compare with.");
        var (low, high) = ConfidenceInterval.Wilson(mean, scored);
        return new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            [metric.Name] = mean,
            [metric.Name + "_low"] = low,
            [metric.Name + "_high"] = high,
        };
    }
}
