using MassTransit;
using Microsoft.Extensions.Logging;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;

namespace Swift.Hosting.Workers;

/// <summary>
/// Publishes how far a segment is: at most twice a second, and every second also when nothing was reported, so that everybody
/// sees it is alive. Progress never fails a segment.
/// </summary>
internal sealed class SegmentProgressReport : IProgress<WorkProgress>, IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);
    private static readonly WorkProgress Nothing = new(0, 0, 0, "", new Dictionary<string, double>());

    private readonly IBus _bus;
    private readonly SegmentAddress _address;
    private readonly WorkerIdentity _worker;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _publishing;
    private volatile WorkProgress _latest = Nothing;

    public SegmentProgressReport(IBus bus, SegmentAddress address, WorkerIdentity worker, TimeProvider time, ILogger log)
    {
        (_bus, _address, _worker, _time, _log) = (bus, address, worker, time, log);
        _publishing = PublishAsync();
    }

    public void Report(WorkProgress value) => _latest = value;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _publishing;
        _ended.Dispose();
    }

    private async Task PublishAsync()
    {
        WorkProgress? published = null;
        for (var silent = false; ; await Task.Delay(Tick, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))
        {
            if (_ended.IsCancellationRequested) return;
            var latest = _latest;
            silent = ReferenceEquals(latest, published) && !silent;
            if (silent) continue;
            try
            {
                await _bus.Publish(new SegmentProgress(
                    _address, _worker, latest.Done, latest.Total, latest.Rate, latest.RateUnit, latest.Latest, _time.GetUtcNow()), _ended.Token);
                published = latest;
            }
            catch (Exception e)
            {
                if (!_ended.IsCancellationRequested) _log.LogWarning(e, "The progress of {Segment} could not be published.", _address.Segment);
            }
        }
    }
}
