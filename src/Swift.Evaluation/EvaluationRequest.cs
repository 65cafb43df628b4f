using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Reports;

namespace Swift.Evaluation;

/// <summary>A model and the held-out rows it is asked. The result depends on nothing else.</summary>
public sealed record EvaluationRequest
{
    public required string ModelFolder { get; init; }

    public required IReadOnlyList<DatasetFile> Datasets { get; init; }

    public required DataSpec Data { get; init; }

    public required EvalSpec Eval { get; init; }

    public required GenerationSpec Generation { get; init; }

    public required long Seed { get; init; }

    /// <summary><c>report.json</c> is written here.</summary>
    public required string OutputFolder { get; init; }

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";
}

/// <summary>A finished evaluation.</summary>
/// <param name="Scores">The metric's mean over the rows it applies to, and its 95 % confidence interval: <c>accuracy</c>, <c>accuracy_low</c>, <c>accuracy_high</c>.</param>
/// <param name="Rows">Answered.</param>
/// <param name="Tokens">Sampled.</param>
public sealed record EvaluationOutcome(
    string ReportFile, IReadOnlyDictionary<string, double> Scores, int Rows, IReadOnlyList<DroppedRows> Dropped, long Tokens)
{
    /// <summary>What became of the data.</summary>
    public required DataReport Data { get; init; }
}
