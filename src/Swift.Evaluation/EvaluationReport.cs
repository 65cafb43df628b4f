using Swift.Contracts.Experiments;

namespace Swift.Evaluation;

/// <summary>What <c>report.json</c> holds.</summary>
/// <param name="Metric">What was measured.</param>
/// <param name="Scores">By name: the metric's mean, and the ends of its 95 % confidence interval, <c>…_low</c> and <c>…_high</c>.</param>
/// <param name="Rows">Answered.</param>
/// <param name="Scored">Of them, those that the metric applies to.</param>
public sealed record EvaluationReport(
    string Metric, IReadOnlyDictionary<string, double> Scores, int Rows, int Scored,
    IReadOnlyList<DroppedRows> Dropped, IReadOnlyList<EvaluatedRow> Answers);

/// <summary>One answered row.</summary>
/// <param name="Dataset">File name.</param>
/// <param name="Completion">The whole text that the model gave.</param>
/// <param name="Answer">The answer found in it; null when it states none.</param>
/// <param name="Expected">The answer it was compared with; null when the row has none.</param>
/// <param name="Score">Null = the metric does not apply to the row.</param>
/// <param name="Truncated">It hit the length limit before a stop.</param>
public sealed record EvaluatedRow(
    string Dataset, int Line, string Prompt, string Completion, string? Answer, string? Expected, double? Score, bool Truncated);
