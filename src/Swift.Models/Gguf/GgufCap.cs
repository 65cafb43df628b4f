namespace Swift.Models.Gguf;

/// <summary>
/// Soft-capping in a GGUF file. Where a file names no cap, llama.cpp takes that of the family's own models; so a model without one
/// names a cap that no value comes near: c · tanh(s / c) is then s in 32 bits.
/// </summary>
internal static class GgufCap
{
    private const float Unreachable = 1e6f;

    /// <summary>What to write; null = nothing.</summary>
    /// <param name="cap">The model's; null = it has none.</param>
    /// <param name="familyCap">That of the family's own models; null = they have none.</param>
    public static float? Of(double? cap, double? familyCap) => cap is { } value ? (float)value : familyCap is null ? null : Unreachable;

    /// <summary>What a file means.</summary>
    /// <inheritdoc cref="Of" path="/param[@name='familyCap']"/>
    public static double? Read(double? written, double? familyCap) => (written ?? familyCap) is { } cap and < Unreachable ? cap : null;
}
