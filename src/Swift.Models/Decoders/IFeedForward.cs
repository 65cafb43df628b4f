using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>What a layer does with each position by itself: <see cref="FeedForward"/> or <see cref="MixtureOfExperts"/>.</summary>
internal interface IFeedForward
{
    /// <param name="x">[batch, seq, hidden].</param>
    /// <param name="balance">Notes what routers choose; null = nobody asks.</param>
    /// <returns>[batch, seq, hidden].</returns>
    Tensor Forward(Tensor x, RouterBalance? balance);
}
