namespace Swift.Models.ChatTemplates.Jinja;

/// <summary>What one rendering may use, so that a hostile template can neither hang nor fill the memory.</summary>
public sealed record JinjaLimits
{
    public static JinjaLimits Default { get; } = new();

    /// <summary>Evaluated expressions, executed statements, and elements that built-in functions go through.</summary>
    public long Steps { get; init; } = 50_000_000;

    /// <summary>UTF-16 units of the output, and of any string made on the way.</summary>
    public int TextLength { get; init; } = 64 * 1024 * 1024;

    /// <summary>Calls within calls.</summary>
    public int CallDepth { get; init; } = 100;
}
