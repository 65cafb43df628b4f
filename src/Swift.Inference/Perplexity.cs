using Swift.Contracts.Experiments;
using Swift.Models;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Inference;

/// <summary>How surprised a model is by a text.</summary>
/// <param name="Value">e to the mean negative log-likelihood of the scored tokens.</param>
/// <param name="StandardError">Of <paramref name="Value"/>, by the spread of the tokens.</param>
/// <param name="Windows">Windows of the context's length.</param>
/// <param name="ScoredTokens">Over all windows.</param>
public sealed record PerplexityResult(double Value, double StandardError, int Windows, int ScoredTokens);

/// <summary>
/// Perplexity as llama.cpp's tool <c>perplexity</c> measures it, so that the numbers compare: the text is tokenised whole, cut into windows
/// of the context's length that do not overlap (a remainder is left out), each window's first token gives way to the
/// beginning-of-sequence token where the vocabulary adds one, and only the tokens behind the middle of a window are scored.
/// </summary>
public static class Perplexity
{
    /// <param name="text">A line feed at its very end does not count, as when llama.cpp reads a file.</param>
    /// <param name="contextLength">Positions of a window, at least 4.</param>
    /// <param name="progress">Counts windows.</param>
    /// <exception cref="SwiftException">Bad input: <c>context_too_short</c>, <c>context_too_long</c>, <c>text_too_short</c> (fewer than two windows).</exception>
    public static PerplexityResult Measure(
        CausalLanguageModel model, string text, int contextLength, IProgress<WorkProgress>? progress = null, CancellationToken ct = default)
    {
        if (contextLength < 4)
            throw SwiftException.BadInput("context_too_short", $"A context of {contextLength} is too short to measure perplexity; take 4 or more.");
        if (contextLength > model.Config.MaxPositionEmbeddings)
            throw SwiftException.BadInput("context_too_long", $"The model was made for {model.Config.MaxPositionEmbeddings} positions, not {contextLength}; take a shorter context.");
        var tokens = Tokens(model, text);
        if (tokens.Length < 2 * contextLength)
        {
            throw SwiftException.BadInput("text_too_short",
                $"The text has {tokens.Length} tokens; perplexity at context {contextLength} needs two windows, {2 * contextLength}. Take more text or a shorter context.");
        }

        var windows = tokens.Length / contextLength;
        var losses = new List<double>();
        using var grad = no_grad();
        for (var window = 0; window < windows; window++)
        {
            ct.ThrowIfCancellationRequested();
            losses.AddRange(Losses(model, tokens.AsSpan(window * contextLength, contextLength)));
            progress?.Report(new WorkProgress(window + 1, windows, 0, "windows/s", new Dictionary<string, double> { ["perplexity"] = Math.Exp(losses.Average()) }));
        }
        var mean = losses.Average();
        var value = Math.Exp(mean);
        var variance = losses.Sum(l => (l - mean) * (l - mean)) / losses.Count;
        return new PerplexityResult(value, value * Math.Sqrt(variance / (losses.Count - 1)), windows, losses.Count);
    }

    private static int[] Tokens(CausalLanguageModel model, string text)
    {
        if (text.EndsWith('\n'))
            text = text[..^1];
        var ids = model.Tokenizer.Encode(text, parseSpecialTokens: false);
        return BeginOfSequence(model) is { } bos ? [bos, .. ids] : ids;
    }

    private static int? BeginOfSequence(CausalLanguageModel model) => model.Tokenizer.AddBos ? model.Tokenizer.BosTokenId : null;

    /// <summary>Negative log-likelihoods of the tokens from the one behind the middle to the last.</summary>
    private static double[] Losses(CausalLanguageModel model, ReadOnlySpan<int> window)
    {
        using var scope = NewDisposeScope();
        var inputs = new long[window.Length];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = window[i];
        if (BeginOfSequence(model) is { } bos)
            inputs[0] = bos;
        var first = window.Length / 2;
        var count = window.Length - 1 - first;
        var decoder = model.Decoder;
        using var attention = new CausalAttention(window.Length);
        var positions = arange(window.Length, ScalarType.Int64, decoder.Device).unsqueeze(0);
        var hidden = decoder.Hidden(tensor(inputs, 1, inputs.Length, device: decoder.Device), positions, attention).squeeze(0);
        var logProbabilities = decoder.Logits(hidden.narrow(0, first, count)).to(ScalarType.Float64).log_softmax(1);
        var targets = tensor(inputs[(first + 1)..], count, 1, device: decoder.Device);
        return logProbabilities.gather(1, targets).neg().cpu().data<double>().ToArray();
    }
}
