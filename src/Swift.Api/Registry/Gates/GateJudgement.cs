using System.Globalization;
using Swift.Contracts.Registry;

namespace Swift.Api.Registry.Gates;

/// <summary>Whether a candidate passes a gate: a pure function of its scores and of those that it is compared with.</summary>
public static class GateJudgement
{
    /// <param name="candidate">How the candidate was measured; null when it was not.</param>
    /// <param name="behind">How the version behind an alias was measured.</param>
    /// <param name="promoted">The alias that is to be moved: as long as nothing stands behind it, there is nothing to be worse than.</param>
    public static GateResult Judge(Gate gate, ModelEvaluation? candidate, Func<string, Comparand?> behind, string promoted)
    {
        if (candidate is null || !candidate.Scores.TryGetValue(gate.Metric, out var value))
        {
            return Refused(gate, null, $"the model has no score {gate.Metric}");
        }
        if (gate.Alias is not { } alias)
        {
            return Compared(gate, value, gate.Number);
        }
        if (behind(alias) is not { } comparand)
        {
            return alias == promoted
                ? new GateResult(gate.Text, true, value, null, $"there is no {alias} yet")
                : Refused(gate, value, $"there is no alias {alias} to compare with");
        }
        if (comparand.Evaluation is not { } evaluation || !evaluation.Scores.TryGetValue(gate.Metric, out var other))
        {
            return Refused(gate, value, $"version {comparand.Version}, which {alias} means, has no score {gate.Metric}");
        }
        return evaluation.Questions == candidate.Questions
            ? Compared(gate, value, Sum(other, gate.Number))
            : Refused(gate, value, $"version {comparand.Version}, which {alias} means, was asked other questions, so the scores cannot be compared");
    }

    private static GateResult Compared(Gate gate, double value, double bound)
    {
        // Not a number holds against nothing.
        var held = gate.Comparison switch
        {
            ">=" => value >= bound,
            "<=" => value <= bound,
            ">" => value > bound,
            "<" => value < bound,
            "==" => value.Equals(bound),
            _ => throw new InvalidOperationException($"The comparison {gate.Comparison} is not known."),
        };
        return new GateResult(gate.Text, held, value, bound, $"{gate.Metric} is {Text(value)}, which is {(held ? "" : "not ")}{gate.Comparison} {Text(bound)}");
    }

    /// <summary>As a person adds decimals: 0.85 − 0.01 is 0.84, not the double next to it. Every digit of the score counts: 2/3 is not less than itself.</summary>
    private static double Sum(double score, double offset) =>
        Math.Abs(score) < 1e12 && Math.Abs(offset) < 1e12 ? (double)(Decimal(score) + Decimal(offset)) : score + offset;

    /// <summary>The shortest decimal that means this double; the conversion of .NET rounds to 15 digits.</summary>
    private static decimal Decimal(double value) => decimal.Parse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static GateResult Refused(Gate gate, double? value, string explanation) => new(gate.Text, false, value, null, explanation);

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>A version that a candidate is compared with.</summary>
public sealed record Comparand(int Version, ModelEvaluation? Evaluation);
