using static TorchSharp.torch;

namespace Swift.Models.Heads;

/// <summary>Which hidden states of a text become its vector.</summary>
public enum PoolingKind
{
    /// <summary>That of its last token, which has seen all others.</summary>
    LastToken,

    /// <summary>The mean of all.</summary>
    Mean,
}

/// <summary>Makes one vector of the hidden states of a text.</summary>
/// <param name="Normalize">The vector is scaled to length 1.</param>
public sealed record Pooling(PoolingKind Kind = PoolingKind.LastToken, bool Normalize = true)
{
    private const double SmallestNorm = 1e-12;

    /// <param name="hidden">[batch, seq, hidden]; each row is a text from its first position on, padded on the right.</param>
    /// <param name="lengths">[batch], int64: tokens of each text, at least 1.</param>
    /// <returns>[batch, hidden].</returns>
    public Tensor Apply(Tensor hidden, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var pooled = Kind == PoolingKind.LastToken ? LastToken(hidden, lengths) : Mean(hidden, lengths);
        if (Normalize)
            pooled = nn.functional.normalize(pooled, p: 2, dim: 1, eps: SmallestNorm);
        return pooled.MoveToOuterDisposeScope();
    }

    /// <summary>The hidden state of each text's last token, [batch, hidden].</summary>
    /// <inheritdoc cref="Apply" path="/param"/>
    public static Tensor LastToken(Tensor hidden, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var last = lengths.sub(1).view(-1, 1, 1).expand(hidden.shape[0], 1, hidden.shape[2]);
        return hidden.gather(1, last).squeeze(1).MoveToOuterDisposeScope();
    }

    private static Tensor Mean(Tensor hidden, Tensor lengths)
    {
        var counts = lengths.unsqueeze(1);
        var inside = arange(hidden.shape[1], ScalarType.Int64, hidden.device).unsqueeze(0).lt(counts).unsqueeze(2);
        return hidden.mul(inside.to_type(hidden.dtype)).sum(1).div(counts.to_type(hidden.dtype));
    }
}
