using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Models.ChatTemplates;

/// <summary>How the tokens of a conversation count in the loss: which turns are learned, and which parts of them count more or less.</summary>
public sealed class LossScale
{
    private readonly string _base;

    private LossScale(string scaleBase, IReadOnlyList<LossModifier> modifiers) => (_base, Modifiers) = (scaleBase, modifiers);

    /// <summary>Every turn of the assistant, with the token that ends it.</summary>
    public static LossScale Default { get; } = new("default", []);

    internal IReadOnlyList<LossModifier> Modifiers { get; }

    /// <summary>Everything is learned, whoever speaks.</summary>
    internal bool All => _base == "all";

    /// <param name="written">A <see cref="LossScaleName"/>: <c>last_round+hermes</c>.</param>
    /// <param name="rules">Of the modifier <c>custom</c>.</param>
    /// <exception cref="SwiftException">Bad input <c>loss_scale_unknown</c>, <c>loss_scale_rules_invalid</c>.</exception>
    public static LossScale Parse(string written, IReadOnlyDictionary<string, IReadOnlyList<double>>? rules = null)
    {
        var name = LossScaleName.Parse(written) ?? throw SwiftException.BadInput("loss_scale_unknown",
            $"loss_scale is \"{written}\"; use {string.Join(", ", LossScaleName.Bases)}, and after a + any of {string.Join(", ", LossScaleName.KnownModifiers)}.");
        return new LossScale(name.Base, [.. name.Modifiers.Select(modifier => modifier == LossScaleName.Custom ? Custom(rules) : LossModifier.Of(modifier))]);
    }

    /// <summary>The assistant's turn is learned; others are where <see cref="All"/> is.</summary>
    internal bool Learns(bool afterLastQuestion) => _base == "default" || afterLastQuestion;

    private static LossModifier Custom(IReadOnlyDictionary<string, IReadOnlyList<double>>? rules)
    {
        if (rules is null)
            throw SwiftException.BadInput("loss_scale_rules_invalid", "loss_scale names custom, but there are no loss_scale_rules.");
        return LossScaleName.ProblemOf(rules) is { } problem
            ? throw SwiftException.BadInput("loss_scale_rules_invalid", $"loss_scale_rules: {problem}")
            : LossModifier.Of(rules);
    }
}
