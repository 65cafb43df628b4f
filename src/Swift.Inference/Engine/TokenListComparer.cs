namespace Swift.Inference.Engine;

/// <summary>Two lists are equal when they hold the same tokens in the same order.</summary>
internal sealed class TokenListComparer : IEqualityComparer<IReadOnlyList<int>>
{
    public static TokenListComparer Instance { get; } = new();

    public bool Equals(IReadOnlyList<int>? x, IReadOnlyList<int>? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.SequenceEqual(y));

    public int GetHashCode(IReadOnlyList<int> tokens)
    {
        var hash = new HashCode();
        foreach (var token in tokens)
            hash.Add(token);
        return hash.ToHashCode();
    }
}
