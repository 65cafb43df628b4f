using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>The last product of a decoder, for losses that never hold the logits of all positions at once.</summary>
/// <param name="Weight">[vocab, hidden]; the embedding matrix itself when tied.</param>
/// <param name="LogitSoftcapping">Logits s become c · tanh(s / c); null = they stay.</param>
public readonly record struct OutputProjection(Tensor Weight, double? LogitSoftcapping = null)
{
    /// <summary>Logits of hidden states, [.., hidden] to [.., vocab].</summary>
    public Tensor Logits(Tensor hidden)
    {
        var logits = nn.functional.linear(hidden, Weight);
        if (LogitSoftcapping is not { } cap)
            return logits;
        using var scope = NewDisposeScope();
        return logits.div(cap).tanh().mul(cap).MoveToOuterDisposeScope();
    }
}
