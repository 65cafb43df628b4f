namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>Rewrites text before it is cut into words.</summary>
internal abstract class Normalizer
{
    public abstract string Normalize(string text);
}

/// <summary>One after the other.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<Normalizer> normalizers) : Normalizer
{
    public override string Normalize(string text)
    {
        foreach (var normalizer in normalizers)
        {
            text = normalizer.Normalize(text);
        }
        return text;
    }
}
