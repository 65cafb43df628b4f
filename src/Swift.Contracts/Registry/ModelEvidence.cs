namespace Swift.Contracts.Registry;

/// <summary>Where a version of a model comes from: the stage of an experiment that made it, and how it was measured there.</summary>
/// <param name="Stage">Index of the stage that made the model.</param>
/// <param name="Evaluation">Null when nothing evaluated this model.</param>
public sealed record ModelSource(Guid Experiment, int Stage, string StageName, ModelEvaluation? Evaluation);

/// <summary>A measurement of a model.</summary>
/// <param name="StageName">The eval stage.</param>
/// <param name="Report">Digest of the report, which has every question and answer.</param>
/// <param name="Questions">Names what was asked and how it was counted; only scores with the same value can be compared.</param>
public sealed record ModelEvaluation(string StageName, string Report, IReadOnlyDictionary<string, double> Scores, string Questions);

/// <summary>What one gate found.</summary>
/// <param name="Gate">As written: <c>accuracy >= champion - 0.01</c>.</param>
/// <param name="Value">The candidate's score; null when it has none of this name.</param>
/// <param name="Bound">What the score was compared with; null when there was nothing to compare with.</param>
/// <param name="Explanation">For people.</param>
public sealed record GateResult(string Gate, bool Held, double? Value, double? Bound, string Explanation);

/// <summary>On what an alias was moved, or not.</summary>
/// <param name="Experiment">The experiment behind the version.</param>
/// <param name="Gates">Empty when a person decided.</param>
public sealed record AliasEvidence(Guid Experiment, ModelEvaluation? Evaluation, IReadOnlyList<GateResult> Gates);
