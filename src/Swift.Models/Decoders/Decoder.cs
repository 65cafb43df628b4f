using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// A decoder-only model with one of several heads; trainer and engine run this same code. It knows positions, not text: what goes in is an
/// embedding per position, from ids or from anywhere else (<see cref="HiddenOf"/>).
/// Not thread safe: the rotary table grows on first use.
/// </summary>
public sealed class Decoder : IDisposable
{
    private readonly Tensor _embedding;
    private readonly Tensor _norm;
    private readonly DecoderLayer[] _layers;
    private readonly OutputProjection? _output;
    private readonly RotaryTable _rotary;
    private readonly RotaryTable? _slidingRotary;

    /// <summary>Creates a decoder whose parameters are all zero: fill them with <see cref="DecoderInitialization"/> or from a file.</summary>
    public Decoder(ModelConfig config, Device device, ScalarType type = ScalarType.Float32)
    {
        (Config, Device, Type) = (config, device, type);
        var builder = new ParameterBuilder(device, type);
        _embedding = builder.Weight("model.embed_tokens", config.VocabSize, config.HiddenSize);
        _layers = new DecoderLayer[config.NumHiddenLayers];
        for (var layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = new DecoderLayer(config, layer, builder);
        _norm = builder.Norm("model.norm", config.HiddenSize);
        if (config.Head == HeadKind.CausalLanguageModel)
        {
            _output = new OutputProjection(
                config.TieWordEmbeddings ? _embedding : builder.Weight("lm_head", config.VocabSize, config.HiddenSize),
                config.FinalLogitSoftcapping);
        }
        Score = ScoreProjection.Of(config, builder);
        Parameters = builder.Parameters;
        _rotary = new RotaryTable(config.Rope, config, device, type);
        _slidingRotary = config.SlidingRope is { } sliding ? new RotaryTable(sliding, config, device, type) : null;
    }

    public ModelConfig Config { get; }

    public Device Device { get; }

    public ScalarType Type { get; }

    /// <summary>Every parameter once, always in the same order; a tied output projection is not repeated.</summary>
    public IReadOnlyList<DecoderParameter> Parameters { get; }

    /// <summary>From hidden states to logits.</summary>
    /// <exception cref="InvalidOperationException">The model has another head.</exception>
    public OutputProjection Output => _output ?? throw new InvalidOperationException($"A model with the head {Config.Head} has no logits.");

    /// <summary>From hidden states to the scores of labels; null without such a head.</summary>
    public ScoreProjection? Score { get; }

    public long ParameterCount => Parameters.Sum(parameter => parameter.Value.numel());

    /// <summary>Logits of every position, [batch, seq, vocab].</summary>
    /// <param name="ids">[batch, seq], int64.</param>
    /// <param name="positionIds">[batch, seq], int64, each smaller than the context's limit.</param>
    public Tensor Forward(Tensor ids, Tensor positionIds, AttentionContext attention)
    {
        using var scope = NewDisposeScope();
        return Logits(Hidden(ids, positionIds, attention)).MoveToOuterDisposeScope();
    }

    /// <summary>Last hidden states after the final norm, [batch, seq, hidden].</summary>
    /// <inheritdoc cref="Forward" path="/param"/>
    /// <param name="balance">Notes what the routers of a mixture of experts choose; null = nobody asks.</param>
    public Tensor Hidden(Tensor ids, Tensor positionIds, AttentionContext attention, RouterBalance? balance = null)
    {
        using var scope = NewDisposeScope();
        return HiddenOf(Embed(ids), positionIds, attention, balance).MoveToOuterDisposeScope();
    }

    /// <summary>The same from embeddings, for positions that are no tokens (pictures, audio).</summary>
    /// <param name="embeddings">[batch, seq, hidden].</param>
    /// <inheritdoc cref="Hidden" path="/param"/>
    public Tensor HiddenOf(Tensor embeddings, Tensor positionIds, AttentionContext attention, RouterBalance? balance = null)
    {
        using var scope = NewDisposeScope();
        var rotation = _rotary.Rows(positionIds, attention.PositionLimit);
        var slidingRotation = _slidingRotary?.Rows(positionIds, attention.PositionLimit) ?? rotation;
        var x = embeddings;
        foreach (var layer in _layers)
        {
            var next = layer.Forward(x, layer.Slides ? slidingRotation : rotation, attention, balance);
            if (!ReferenceEquals(x, embeddings))
                x.Dispose();
            x = next;
        }
        return new RmsNorm(Config.RmsNormEps, Config.Family.CentredNorms).Apply(x, _norm).MoveToOuterDisposeScope();
    }

    /// <summary>Embeddings of token ids, [batch, seq, hidden].</summary>
    /// <param name="ids">[batch, seq], int64.</param>
    public Tensor Embed(Tensor ids)
    {
        using var scope = NewDisposeScope();
        var rows = _embedding.index_select(0, ids.flatten()).view(ids.shape[0], ids.shape[1], Config.HiddenSize);
        if (Config.Family.ScaledEmbeddings)
            rows = rows.mul(tensor(Math.Sqrt(Config.HiddenSize), Type, Device));
        return rows.MoveToOuterDisposeScope();
    }

    /// <summary>Logits of hidden states, [.., hidden] to [.., vocab].</summary>
    public Tensor Logits(Tensor hidden) => Output.Logits(hidden);

    /// <summary>Turns the recording of gradients on or off for every parameter.</summary>
    public void RequireGradients(bool required)
    {
        foreach (var parameter in Parameters)
            parameter.Value.requires_grad = required;
    }

    /// <summary>Takes over another decoder's weights, in place: views and optimisers that hold the parameters stay valid.</summary>
    public void CopyWeightsFrom(Decoder other)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (mine, theirs) in Parameters.Zip(other.Parameters))
        {
            if (mine.Name != theirs.Name || !mine.Value.shape.SequenceEqual(theirs.Value.shape))
                throw new ArgumentException($"{mine.Name} is another tensor in the other decoder.", nameof(other));
            mine.Value.copy_(theirs.Value);
        }
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters)
            parameter.Value.Dispose();
        _rotary.Dispose();
        _slidingRotary?.Dispose();
    }
}
