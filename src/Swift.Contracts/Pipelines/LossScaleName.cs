namespace Swift.Contracts.Pipelines;

/// <summary>How tokens count in the loss, as a specification writes it: a base, <c>+</c>, modifiers. <c>last_round+ignore_empty_think</c>; without a base it is <c>default</c>.</summary>
/// <param name="Base">Which turns are learned: one of <see cref="Bases"/>.</param>
/// <param name="Modifiers">Which parts of them count more or less: some of <see cref="KnownModifiers"/>. Their weights multiply.</param>
public sealed record LossScaleName(string Base, IReadOnlyList<string> Modifiers)
{
    public static IReadOnlyList<string> Bases { get; } = ["default", "last_round", "all"];

    public static IReadOnlyList<string> KnownModifiers { get; } = ["ignore_empty_think", "ignore_think_prefix", "react", "hermes", "qwen", "alpha_umi"];

    /// <summary>Null when a part is unknown, or a base does not stand in front.</summary>
    public static LossScaleName? Parse(string written)
    {
        var parts = written.Split('+');
        var hasBase = Bases.Contains(parts[0]);
        string[] modifiers = hasBase ? parts[1..] : parts;
        return modifiers.All(KnownModifiers.Contains) ? new LossScaleName(hasBase ? parts[0] : "default", modifiers) : null;
    }
}
