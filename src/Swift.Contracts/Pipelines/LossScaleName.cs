using System.Text.RegularExpressions;

namespace Swift.Contracts.Pipelines;

/// <summary>How tokens count in the loss, as a specification writes it: a base, <c>+</c>, modifiers. <c>last_round+ignore_empty_think</c>; without a base it is <c>default</c>.</summary>
/// <param name="Base">Which turns are learned: one of <see cref="Bases"/>.</param>
/// <param name="Modifiers">Which parts of them count more or less: some of <see cref="KnownModifiers"/>. Their weights multiply.</param>
public sealed record LossScaleName(string Base, IReadOnlyList<string> Modifiers)
{
    /// <summary>The modifier whose rules the specification gives itself.</summary>
    public const string Custom = "custom";

    private const double GreatestWeight = 1e6;

    public static IReadOnlyList<string> Bases { get; } = ["default", "last_round", "all"];

    public static IReadOnlyList<string> KnownModifiers { get; } =
        ["ignore_empty_think", "ignore_think_prefix", "react", "hermes", "qwen", "agentflan", "alpha_umi", Custom];

    /// <summary>Null when a part is unknown, or a base does not stand in front.</summary>
    public static LossScaleName? Parse(string written)
    {
        var parts = written.Split('+');
        var hasBase = Bases.Contains(parts[0]);
        string[] modifiers = hasBase ? parts[1..] : parts;
        return modifiers.All(KnownModifiers.Contains) ? new LossScaleName(hasBase ? parts[0] : "default", modifiers) : null;
    }

    /// <summary>
    /// What is wrong with rules of a specification, and how they are written; null when nothing is. They have the form of ms-swift's files: a keyword with
    /// two weights, its own and that of what follows it, or a regular expression with the weight of what matches.
    /// </summary>
    public static string? ProblemOf(IReadOnlyDictionary<string, IReadOnlyList<double>> rules)
    {
        if (rules.Count == 0)
            return "Is empty; write {\"Action:\": [2, 2]}, or leave it out.";
        foreach (var (key, weights) in rules)
        {
            if (key.Length == 0)
                return "Has a rule without a text; write the keyword or the regular expression that it is for.";
            if (weights.Count is not (1 or 2))
                return $"Gives {weights.Count} weights to \"{key}\"; a keyword has two (its own, and that of what follows it), a regular expression one.";
            if (weights.Any(weight => !(weight is >= 0 and <= GreatestWeight)))
                return $"Gives \"{key}\" a weight that is not between 0 and {GreatestWeight:F0}.";
            if (weights.Count == 1 && ProblemOfPattern(key) is { } problem)
                return $"\"{key}\" has one weight and so is a regular expression, but not one that is understood: {problem}";
        }

        return rules.Values.Select(weights => weights.Count).Distinct().Count() > 1
            ? "Mixes keywords (two weights) and regular expressions (one weight); ms-swift would ignore the latter. Write all with two weights or all with one."
            : null;
    }

    private static string? ProblemOfPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return refused.Message;
        }
    }
}
