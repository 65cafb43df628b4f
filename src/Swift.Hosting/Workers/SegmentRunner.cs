using System.Diagnostics;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Swift.Contracts.Messages;
using Swift.Hosting.Bus;
using Swift.Hosting.Telemetry;

namespace Swift.Hosting.Workers;

/// <summary>
/// Runs one segment the way every worker does: says that it started, shows progress, answers with the result or with a typed
/// failure. The delivery is held meanwhile, so the broker hands the command on when this process dies.
/// </summary>
internal sealed class SegmentRunner(
    IBus bus, RunningSegments running, ScratchFolders scratch, AnsweredSegments answered, TimeProvider time, ILogger<SegmentRunner> log)
{
    private static readonly TimeSpan SendAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly Histogram<double> Duration = SwiftInstruments.Meter.CreateHistogram<double>(
        "swift.segment.duration", "s", "How long segments took, by command and outcome");

    /// <param name="work">Runs on a thread of its own; may block it.</param>
    /// <exception cref="OperationCanceledException">The process stops or the broker lost us: the broker delivers the command again.</exception>
    public async Task RunAsync<TCommand>(
        Worker worker, ConsumeContext<TCommand> context, Func<SegmentWork<TCommand>, Task<ISegmentReply>> work)
        where TCommand : class, ISegmentCommand
    {
        var lost = context.CancellationToken;
        var address = context.Message.Address;
        await worker.Turn.WaitAsync(lost);
        var stop = running.Enter(address.ExperimentId);
        using var activity = StartActivity<TCommand>(address);
        worker.Segment = $"{address.ExperimentId}/{address.StageName}/{address.Segment}";
        var begin = Stopwatch.GetTimestamp();
        var outcome = "cancelled";
        try
        {
            var reply = answered.Find(address);
            if (reply is null)
            {
                await SendAsync(context, new SegmentStarted(address, worker.Identity), lost);
                reply = await WorkAsync(worker, context, stop, work);
                if (reply is null) return;
                // A failure may pass, and another model may be served by then: those are asked anew.
                if (reply is not (SegmentFailed or ModelDeployed)) answered.Add(reply);
            }
            outcome = reply is SegmentFailed ? "failed" : "succeeded";
            activity?.SetStatus(reply is SegmentFailed failed ? ActivityStatusCode.Error : ActivityStatusCode.Ok, (reply as SegmentFailed)?.Reason.Message);
            await SendAsync(context, reply, lost);
        }
        finally
        {
            Duration.Record(Stopwatch.GetElapsedTime(begin).TotalSeconds, new("command", typeof(TCommand).Name), new("outcome", outcome));
            worker.Segment = null;
            running.Leave(stop);
            worker.Turn.Release();
        }
    }

    /// <summary>The result or the failure; null when the experiment was cancelled, which needs no answer.</summary>
    private async Task<ISegmentReply?> WorkAsync<TCommand>(
        Worker worker, ConsumeContext<TCommand> context, CancellationTokenSource stop, Func<SegmentWork<TCommand>, Task<ISegmentReply>> work)
        where TCommand : class, ISegmentCommand
    {
        var (address, lost) = (context.Message.Address, context.CancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(lost, stop.Token);
        try
        {
            using var folder = scratch.Take();
            await using var progress = new SegmentProgressReport(bus, address, worker.Identity, time, log);
            var segment = new SegmentWork<TCommand>(context.Message, worker.Identity, folder, progress, stopping.Token);
            return await Task.Factory.StartNew(() => work(segment), stopping.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        }
        catch (Exception e) when (lost.IsCancellationRequested)
        {
            log.LogInformation("{Segment} was broken off, because the process stops or the broker is lost; it is delivered again.", address.Segment);
            throw new OperationCanceledException("The segment was broken off.", e, lost);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log.LogInformation("{Segment} was stopped, because its experiment was cancelled.", address.Segment);
            return null;
        }
        catch (Exception e)
        {
            var reason = FailureReasons.Of(e);
            log.LogError(e, "{Segment} of {Experiment} failed: {Code}", address.Segment, address.ExperimentId, reason.Code);
            return new SegmentFailed(address, worker.Identity, reason);
        }
    }

    /// <summary>Until it is sent, or the delivery is lost anyway: a result is not thrown away for a moment without a broker.</summary>
    private async Task SendAsync(ConsumeContext context, ISegmentReply reply, CancellationToken lost)
    {
        while (true)
        {
            try
            {
                var saga = await context.GetSendEndpoint(QueueNames.ExperimentsAddress);
                await saga.Send((object)reply, lost);
                return;
            }
            catch (Exception e) when (!lost.IsCancellationRequested)
            {
                log.LogWarning(e, "{Reply} for {Segment} could not be sent; it is tried again.", reply.GetType().Name, reply.Address.Segment);
                await Task.Delay(SendAgainAfter, time, lost);
            }
        }
    }

    private static Activity? StartActivity<TCommand>(SegmentAddress address) => SwiftInstruments.Traces.StartActivity($"segment {typeof(TCommand).Name}")
        ?.SetTag("swift.experiment", address.ExperimentId.ToString())
        .SetTag("swift.stage", address.StageName)
        .SetTag("swift.segment", address.Segment)
        .SetTag("swift.attempt", address.Attempt);
}
