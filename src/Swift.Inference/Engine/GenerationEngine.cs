using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Swift.Contracts.Experiments;
using Swift.Inference.Sampling;
using Swift.Models;
using Swift.Models.Decoders;
using Swift.Models.Tokenizers;
using static TorchSharp.torch;

namespace Swift.Inference.Engine;

/// <summary>
/// Completes prompts with one model: new requests join the running batch and finished ones leave it at every step, equal prompts
/// are read once, every step samples the whole batch. One thread owns model and cache; any thread may hand requests in.
/// </summary>
/// <remarks>
/// What a request draws depends on its seed, its key and the model only. The same list of requests given to an idle engine makes
/// the same batches, hence the same bits; in other company the logits may differ in the last digits, as matrix products of
/// other sizes round differently.
/// </remarks>
public sealed class GenerationEngine : IDisposable
{
    private readonly Decoder _decoder;
    private readonly Tokenizer _tokenizer;
    private readonly EngineOptions _options;
    private readonly Scheduler _scheduler;
    private readonly BlockingCollection<IReadOnlyList<Sequence>> _inbox = [];
    private readonly Thread _thread;
    private readonly Lock _statisticsGate = new();
    private EngineStatistics _statistics = new();

    /// <summary>Starts an engine. The model stays the caller's, must outlive the engine, and nobody else may use its decoder meanwhile.</summary>
    public GenerationEngine(CausalLanguageModel model, EngineOptions? options = null)
        : this(model.Decoder, model.Tokenizer, options)
    {
    }

    /// <summary>Starts an engine. Decoder and tokenizer stay the caller's; the decoder must outlive the engine, and nobody else may use it meanwhile.</summary>
    public GenerationEngine(Decoder decoder, Tokenizer tokenizer, EngineOptions? options = null)
    {
        _options = options ?? new EngineOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxBatchSize, 1, nameof(options));
        _decoder = decoder;
        _tokenizer = tokenizer;
        _scheduler = new Scheduler(_options.MaxBatchSize, _options.MaxBatchedTokens);
        MaxSequenceLength = Math.Min(_options.MaxSequenceLength ?? int.MaxValue, decoder.Config.MaxPositionEmbeddings);
        _thread = new Thread(Run) { IsBackground = true, Name = "generation" };
        _thread.Start();
    }

    /// <summary>Positions of the longest sequence, prompt and completion together.</summary>
    public int MaxSequenceLength { get; }

    /// <summary>What the engine has done so far.</summary>
    public EngineStatistics Statistics
    {
        get
        {
            lock (_statisticsGate)
                return _statistics;
        }
    }

    /// <summary>Completes every request; the result has their order.</summary>
    /// <param name="progress">Told of every finished completion, on the engine's thread.</param>
    /// <exception cref="SwiftException">Bad input: <c>prompt_empty</c>, <c>prompt_too_long</c>, <c>bad_sampling_parameters</c>.</exception>
    public async Task<IReadOnlyList<Completion>> GenerateAsync(
        IReadOnlyList<GenerationRequest> requests, IProgress<GenerationProgress>? progress = null, CancellationToken ct = default)
    {
        if (requests.Count == 0)
            return [];
        var group = Submit(requests, new RequestGroup(requests.Count, streams: false, progress));
        await using var registration = ct.Register(() => group.Cancel(ct));
        return await group.Finished;
    }

    /// <summary>Completes the requests and gives out every token as it is sampled, the requests mixed. Stopping to read cancels them.</summary>
    /// <exception cref="SwiftException">As <see cref="GenerateAsync"/>.</exception>
    public IAsyncEnumerable<GenerationDelta> StreamAsync(IReadOnlyList<GenerationRequest> requests, CancellationToken ct = default)
    {
        Validate(requests);
        return Stream(requests, ct);
    }

    /// <summary>Fails what is under way and frees the cache. The model stays.</summary>
    public void Dispose()
    {
        _inbox.CompleteAdding();
        _thread.Join();
        _inbox.Dispose();
    }

    private async IAsyncEnumerable<GenerationDelta> Stream(IReadOnlyList<GenerationRequest> requests, [EnumeratorCancellation] CancellationToken ct)
    {
        if (requests.Count == 0)
            yield break;
        var group = Submit(requests, new RequestGroup(requests.Count, streams: true));
        try
        {
            await foreach (var delta in group.Deltas.ReadAllAsync(ct))
                yield return delta;
        }
        finally
        {
            group.Cancel(ct);
        }
    }

    private RequestGroup Submit(IReadOnlyList<GenerationRequest> requests, RequestGroup group)
    {
        Validate(requests);
        try
        {
            _inbox.Add([.. requests.Select((request, index) => new Sequence(group, index, request, _tokenizer, MaxSequenceLength))]);
        }
        catch (InvalidOperationException) when (_inbox.IsAddingCompleted)
        {
            throw new ObjectDisposedException(nameof(GenerationEngine));
        }
        return group;
    }

    private void Validate(IReadOnlyList<GenerationRequest> requests)
    {
        foreach (var request in requests)
        {
            request.Sampling.Validate();
            if (request.PromptTokens.Count == 0)
                throw SwiftException.BadInput("prompt_empty", "A prompt has no tokens.");
            if (request.PromptTokens.Count >= MaxSequenceLength)
            {
                throw SwiftException.BadInput("prompt_too_long",
                    $"A prompt of {request.PromptTokens.Count} tokens leaves no room in a context of {MaxSequenceLength}; shorten it.");
            }
        }
    }

    private void Run()
    {
        using var noGrad = no_grad();
        using var runner = new ModelRunner(_decoder, _options.MaxBatchSize);
        while (TakeSubmissions())
        {
            try
            {
                Step(runner);
            }
#pragma warning disable CA1031 // whoever waits gets the exception; the engine goes on with the next requests
            catch (Exception exception)
#pragma warning restore CA1031
            {
                FailAll(exception);
            }
        }
        FailAll(new ObjectDisposedException(nameof(GenerationEngine)));
    }

    /// <summary>Takes what was handed in, and waits for it when there is nothing else to do; false when the engine is disposed.</summary>
    private bool TakeSubmissions()
    {
        while (true)
        {
            if (_inbox.IsAddingCompleted)
                return false;
            if (!_inbox.TryTake(out var sequences, _scheduler.IsIdle ? Timeout.Infinite : 0))
                return !_inbox.IsAddingCompleted;
            _scheduler.Enqueue(sequences);
        }
    }

    private void Step(ModelRunner runner)
    {
        var started = Stopwatch.GetTimestamp();
        _scheduler.DropCancelledWaiting();
        RemoveEnded(runner);
        var firstSlot = _scheduler.Running.Count;
        var admitted = _scheduler.Admit();
        if (admitted.Count > 0)
        {
            Sample(runner.Prefill, admitted, firstSlot);
            RemoveEnded(runner);
        }
        var decoded = _scheduler.Running.Count;
        if (decoded > 0)
            Sample((sequences, _) => runner.Decode(sequences), _scheduler.Running, 0);
        lock (_statisticsGate)
        {
            _statistics = _statistics with
            {
                Steps = _statistics.Steps + 1,
                PromptTokens = _statistics.PromptTokens + admitted.Sum(s => (long)s.Request.PromptTokens.Count),
                CompletionTokens = _statistics.CompletionTokens + admitted.Count + decoded,
                Busy = _statistics.Busy + Stopwatch.GetElapsedTime(started),
            };
        }
    }

    private void Sample(Func<IReadOnlyList<Sequence>, int, Tensor> logitsOf, IReadOnlyList<Sequence> sequences, int firstSlot)
    {
        using var scope = NewDisposeScope();
        var rows = new SamplingRow[sequences.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = sequences[i].SamplingRow;
        var sampled = TokenSampler.Sample(logitsOf(sequences, firstSlot), rows);
        for (var i = 0; i < rows.Length; i++)
            sequences[i].Append(sampled, i, _options.PolicyVersion);
    }

    private void RemoveEnded(ModelRunner runner) =>
        _scheduler.Remove(s => s.Ended || s.Cancelled, (from, to) => runner.Move(from, to, _scheduler.Running[to]));

    private void FailAll(Exception exception)
    {
        foreach (var sequence in _scheduler.Clear())
            sequence.Fail(exception);
        while (_inbox.TryTake(out var sequences))
        {
            foreach (var sequence in sequences)
                sequence.Fail(exception);
        }
    }
}
