using Swift.Models.Config;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// A router and many gated feed-forward networks of which each position goes through a few (arXiv:2401.04088). No position is
/// dropped, whatever the balance.
/// </summary>
internal sealed class MixtureOfExperts : IFeedForward
{
    private readonly ModelConfig _config;
    private readonly Tensor _router;
    private readonly Tensor _gateUp;
    private readonly Tensor _down;

    public MixtureOfExperts(ModelConfig config, string layerPrefix, ParameterBuilder parameters)
    {
        _config = config;
        var names = config.Family.Experts ?? throw new InvalidOperationException($"{config.ModelType} has no experts.");
        var prefix = layerPrefix + names.Module + ".";
        long hidden = config.HiddenSize, ffn = config.MoeIntermediateSize;
        var experts = Enumerable.Range(0, config.NumExperts).Select(expert => $"experts.{expert}.").ToArray();
        _router = parameters.Weight(prefix + "gate", config.NumExperts, hidden);
        _gateUp = parameters.Fused(prefix, "experts.gate_up_proj",
            [.. experts.SelectMany(expert => new[] { (expert + names.Gate, ffn), (expert + names.Up, ffn) })], hidden);
        _down = parameters.Fused(prefix, "experts.down_proj", [.. experts.Select(expert => (expert + names.Down, hidden))], ffn);
    }

    public Tensor Forward(Tensor x, RouterBalance? balance)
    {
        using var scope = NewDisposeScope();
        long positions = x.shape[0] * x.shape[1], hidden = _config.HiddenSize, chosenEach = _config.NumExpertsPerTok;
        var flat = x.reshape(positions, hidden);
        var wide = x.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var probabilities = nn.functional.softmax(nn.functional.linear(flat, _router).to(wide), 1);
        var (weights, chosen) = probabilities.topk((int)chosenEach, 1);
        balance?.Add(probabilities, chosen);
        if (_config.NormTopkProb)
            weights = weights.div(weights.sum(1, keepdim: true));

        // Copies of every position sorted by expert, one product per expert, back in their places: no sum whose order could vary.
        var (order, back, counts) = ByExpert(chosen);
        var copies = flat.unsqueeze(1).expand(positions, chosenEach, hidden).reshape(positions * chosenEach, hidden).index_select(0, order);
        var results = new List<Tensor>();
        var (gateUps, downs) = (_gateUp.view(_config.NumExperts, -1, hidden).unbind(0), _down.view(_config.NumExperts, hidden, -1).unbind(0));
        long start = 0;
        for (var expert = 0; expert < counts.Length; start += counts[expert], expert++)
        {
            if (counts[expert] == 0)
                continue;
            var gated = FeedForward.Gated(nn.functional.linear(copies.narrow(0, start, counts[expert]), gateUps[expert]), _config.Activation);
            results.Add(nn.functional.linear(gated, downs[expert]));
        }
        var outputs = cat(results, 0).index_select(0, back).view(positions, chosenEach, hidden);
        return outputs.mul(weights.to(x.dtype).unsqueeze(2)).sum(1).view(x.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Indices that sort the copies by expert, those that sort them back, and copies per expert.</summary>
    /// <param name="chosen">[positions, chosen each], int64.</param>
    private (Tensor Order, Tensor Back, long[] Counts) ByExpert(Tensor chosen)
    {
        var experts = chosen.cpu().flatten().data<long>().ToArray();
        var counts = new long[_config.NumExperts];
        foreach (var expert in experts)
            counts[expert]++;
        var next = new long[counts.Length];
        for (var expert = 1; expert < counts.Length; expert++)
            next[expert] = next[expert - 1] + counts[expert - 1];
        var (order, back) = (new long[experts.Length], new long[experts.Length]);
        for (var copy = 0; copy < experts.Length; copy++)
        {
            back[copy] = next[experts[copy]]++;
            order[back[copy]] = copy;
        }
        return (tensor(order, device: chosen.device), tensor(back, device: chosen.device), counts);
    }
}
