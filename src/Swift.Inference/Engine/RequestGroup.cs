using System.Threading.Channels;

namespace Swift.Inference.Engine;

/// <summary>
/// Requests handed in together, and where their results go. They enter the engine in one piece, so that the
/// batches of a list of requests are always the same.
/// </summary>
internal sealed class RequestGroup
{
    private readonly Completion?[] _completions;
    private readonly TaskCompletionSource<IReadOnlyList<Completion>> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<GenerationDelta>? _deltas;
    private readonly IProgress<GenerationProgress>? _progress;
    private int _open;
    private long _tokens;
    private volatile bool _cancelled;

    public RequestGroup(int count, bool streams, IProgress<GenerationProgress>? progress = null)
    {
        _completions = new Completion?[count];
        _open = count;
        _progress = progress;
        if (streams)
            _deltas = Channel.CreateUnbounded<GenerationDelta>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    }

    public bool Streams => _deltas is not null;

    public bool Cancelled => _cancelled;

    public Task<IReadOnlyList<Completion>> Finished => _finished.Task;

    public ChannelReader<GenerationDelta> Deltas => _deltas!.Reader;

    /// <summary>The engine drops its sequences before the next step.</summary>
    public void Cancel(CancellationToken ct)
    {
        _cancelled = true;
        _finished.TrySetCanceled(ct);
    }

    public void Report(GenerationDelta delta) => _deltas!.Writer.TryWrite(delta);

    public void Complete(int index, Completion completion)
    {
        _completions[index] = completion;
        _tokens += completion.Tokens.Count;
        _open--;
        _progress?.Report(new GenerationProgress(_completions.Length - _open, _completions.Length, _tokens));
        if (_open > 0)
            return;
        _deltas?.Writer.TryComplete();
        _finished.TrySetResult(_completions!);
    }

    public void Fail(Exception exception)
    {
        _cancelled = true;
        if (_deltas is not null)
            _deltas.Writer.TryComplete(exception);
        else
            _finished.TrySetException(exception);
    }
}
