using Swift.Inference.Sampling;
using Swift.Models.Tokenizers;

namespace Swift.Inference.Engine;

/// <summary>A request under way: its tokens so far, and what decides when it ends. Touched by the engine's thread only.</summary>
internal sealed class Sequence
{
    private readonly RequestGroup _group;
    private readonly IReadOnlySet<int> _stopTokens;
    private readonly int _maxNewTokens;
    private readonly Tokenizer _tokenizer;
    private readonly IncrementalDetokenizer? _detokenizer;
    private readonly StopTextFilter _stopText;
    private readonly HashSet<int> _seen = [];
    private readonly ulong _stream;
    private readonly List<int> _tokens = [];
    private readonly List<float> _logProbabilities = [];
    private readonly List<float> _rawLogProbabilities = [];
    private readonly List<IReadOnlyList<TokenLogProbability>> _top = [];
    private readonly System.Text.StringBuilder _text = new();
    private readonly int _index;

    /// <param name="index">Place of the request in its group.</param>
    /// <param name="longest">Positions that the engine can hold for a sequence.</param>
    public Sequence(RequestGroup group, int index, GenerationRequest request, Tokenizer tokenizer, int longest)
    {
        _group = group;
        _index = index;
        Request = request;
        _tokenizer = tokenizer;
        var sampling = request.Sampling;
        var stopTokens = new HashSet<int>(sampling.StopTokenIds);
        if (!sampling.IgnoreEos)
            stopTokens.UnionWith(tokenizer.StopTokenIds);
        _stopTokens = stopTokens;
        _maxNewTokens = Math.Min(sampling.MaxNewTokens, longest - request.PromptTokens.Count);
        _stopText = new StopTextFilter(sampling.Stop);
        // Text is only made token by token where somebody reads it token by token.
        if (group.Streams || sampling.Stop.Count > 0)
            _detokenizer = tokenizer.CreateDetokenizer();
        if (sampling.RepetitionPenalty != 1)
            _seen.UnionWith(request.PromptTokens);
        _stream = CounterRandom.Stream(sampling.Seed, request.Key);
    }

    public GenerationRequest Request { get; }

    public bool Cancelled => _group.Cancelled;

    /// <summary>Its completion is whole.</summary>
    public bool Ended { get; private set; }

    /// <summary>Positions in the cache: prompt and all tokens but the newest, which the next step feeds.</summary>
    public int CachedLength => Request.PromptTokens.Count + _tokens.Count - 1;

    public int NewestToken => _tokens[^1];

    /// <summary>Steps of the engine it has waited while there was room.</summary>
    public int StepsWaited { get; set; }

    public SamplingRow SamplingRow => new(Request.Sampling, _stream, _tokens.Count, _seen);

    /// <summary>Takes the token of row <paramref name="row"/>, and ends if it was the last.</summary>
    public void Append(SampledTokens sampled, int row, int policyVersion)
    {
        var token = sampled.Tokens[row];
        _tokens.Add(token);
        _logProbabilities.Add(sampled.LogProbabilities[row]);
        _rawLogProbabilities.Add(sampled.RawLogProbabilities[row]);
        if (sampled.Top[row] is { } top)
            _top.Add(top);
        if (Request.Sampling.RepetitionPenalty != 1)
            _seen.Add(token);

        var stoppedByToken = _stopTokens.Contains(token);
        var lengthReached = _tokens.Count >= _maxNewTokens;
        var newText = "";
        if (_detokenizer is not null)
        {
            if (!stoppedByToken)
                newText = _stopText.Add(_detokenizer.Append(token));
            if (!_stopText.Stopped && (stoppedByToken || lengthReached))
            {
                newText += _stopText.Add(_detokenizer.Finish());
                if (!_stopText.Stopped)
                    newText += _stopText.Flush();
            }
            _text.Append(newText);
        }

        Completion? completion = null;
        if (stoppedByToken || lengthReached || _stopText.Stopped)
            completion = Complete(stoppedByToken, policyVersion);
        if (_group.Streams)
            _group.Report(new GenerationDelta(_index, newText, token, sampled.RawLogProbabilities[row], sampled.Top[row] ?? [], completion));
        if (completion is null)
            return;
        Ended = true;
        _group.Complete(_index, completion);
    }

    public void Fail(Exception exception) => _group.Fail(exception);

    private Completion Complete(bool stoppedByToken, int policyVersion)
    {
        string text;
        if (_detokenizer is not null)
            text = _text.ToString();
        else
            text = _tokenizer.Decode(_tokens.ToArray().AsSpan(0, _tokens.Count - (stoppedByToken ? 1 : 0)));
        var reason = stoppedByToken || _stopText.Stopped ? FinishReason.Stop : FinishReason.Length;
        return new Completion([.. _tokens], text, [.. _logProbabilities], [.. _rawLogProbabilities], _top, reason, policyVersion);
    }
}
