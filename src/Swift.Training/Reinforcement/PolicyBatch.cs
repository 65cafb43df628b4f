using Swift.Models.Decoders;
using Swift.Training.LogProbabilities;
using Swift.Training.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Training.Reinforcement;

/// <summary>Prompts with their completions as tensors, one per row, padded on the right.</summary>
internal sealed class PolicyBatch : IDisposable
{
    private readonly DisposeScope _scope;
    private readonly CausalAttention _attention;
    private readonly Tensor _ids;
    private readonly Tensor _positionIds;
    private readonly Tensor _predicting;
    private readonly Tensor _targets;
    private readonly Tensor _cells;
    private readonly Tensor _real;
    private readonly long[] _shape;

    public PolicyBatch(IReadOnlyList<RolloutCompletion> completions, Device device)
    {
        var width = completions.Max(c => c.PromptIds.Count + c.CompletionIds.Count);
        var time = completions.Max(c => c.CompletionIds.Count);
        var ids = new long[completions.Count * width];
        var predicting = new List<long>();
        var targets = new List<long>();
        var cells = new List<long>();
        var mask = new float[completions.Count * time];
        var real = new bool[ids.Length];
        for (var row = 0; row < completions.Count; row++)
        {
            var (prompt, completion) = (completions[row].PromptIds, completions[row].CompletionIds);
            for (var i = 0; i < prompt.Count; i++)
                ids[row * width + i] = prompt[i];
            real.AsSpan(row * width, prompt.Count + completion.Count).Fill(true);
            for (var i = 0; i < completion.Count; i++)
            {
                ids[row * width + prompt.Count + i] = completion[i];
                predicting.Add(row * width + prompt.Count + i - 1);
                targets.Add(completion[i]);
                cells.Add(row * time + i);
                mask[row * time + i] = 1;
            }
        }

        _scope = NewDisposeScope();
        _shape = [completions.Count, time];
        _ids = tensor(ids, completions.Count, width, device: device);
        _positionIds = arange(width, ScalarType.Int64, device).unsqueeze(0).expand(completions.Count, width);
        _predicting = tensor(predicting.ToArray(), device: device);
        _targets = tensor(targets.ToArray(), device: device);
        _cells = tensor(cells.ToArray(), device: device);
        _real = tensor(real, completions.Count, width, device: device);
        Mask = tensor(mask, completions.Count, time, device: device);
        _attention = new CausalAttention(width);
    }

    /// <summary>[batch, time], float32: 1 where a completion token is.</summary>
    public Tensor Mask { get; }

    /// <summary>One value per completion token as [batch, time], 0 where padding is; differentiable.</summary>
    public Tensor Spread(Tensor perToken) => zeros(_shape[0] * _shape[1], perToken.dtype, perToken.device)
        .index_copy(0, _cells, perToken).view(_shape);

    /// <summary>Log-probabilities of all completion tokens, row by row, without gradient.</summary>
    /// <returns>Its tensor, [tokens], is owned by the caller.</returns>
    public MeasuredLogProbabilities Measure(Decoder decoder, double temperature)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var measured = TokenLogProbabilities.Measure(Hidden(decoder), decoder.Output, _targets, temperature);
        measured.LogProbs.MoveToOuterDisposeScope();
        return measured;
    }

    /// <summary>Adds the gradient of a function of the log-probabilities to the decoder's parameters.</summary>
    /// <param name="gradientOf">Given log p [tokens], its derivative by them [tokens].</param>
    /// <param name="routerWeight">Of the loss that balances routers, whose gradient is added as well; without effect on a decoder that has none.</param>
    public void Backward(Decoder decoder, double temperature, Func<MeasuredLogProbabilities, Tensor> gradientOf, double routerWeight = 0)
    {
        using var scope = NewDisposeScope();
        using var balance = routerWeight > 0 && decoder.Config.NumExperts > 0 ? new RouterBalance(_real) : null;
        var hidden = Hidden(decoder, balance);
        TokenLogProbabilities.Backward(hidden, decoder.Output, _targets, temperature, gradientOf, balance?.Loss()?.mul(routerWeight));
    }

    public void Dispose()
    {
        _attention.Dispose();
        _scope.Dispose();
    }

    /// <summary>[tokens, hidden]: the states that predict completion tokens.</summary>
    private Tensor Hidden(Decoder decoder, RouterBalance? balance = null) =>
        decoder.Hidden(_ids, _positionIds, _attention, balance).flatten(0, 1).index_select(0, _predicting);
}
