using System.Net.Http;
using MassTransit;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Hosting.Workers;
using Swift.Testing;

namespace Swift.Hosting.Tests.Workers;

public sealed class SegmentTests : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_segment_is_started_shown_and_answered()
    {
        await using var host = await WorkerHost.StartAsync(_folder, async segment =>
        {
            segment.Progress.Report(new WorkProgress(3, 10, 2.5, "files/s", new Dictionary<string, double> { ["loss"] = 0.5 }));
            await Task.Delay(1200, segment.Stopping);
            return Exported(segment);
        }, Ct);
        var command = await host.SendAsync(Guid.NewGuid(), "export-1");
        var started = await host.Inbox.NextAsync<SegmentStarted>(Ct);
        started.Address.ShouldBe(command.Address);
        started.Worker.Kind.ShouldBe(WorkerKind.Export);
        (await host.Inbox.NextAsync<ModelExported>(Ct)).Address.ShouldBe(command.Address);
        SegmentProgress progress;
        do progress = await host.Inbox.NextAsync<SegmentProgress>(Ct);
        while (progress.Done == 0);
        (progress.Done, progress.Total, progress.RateUnit, progress.Latest["loss"]).ShouldBe((3, 10, "files/s", 0.5));
    }

    [Fact]
    public async Task A_segment_that_reports_nothing_still_shows_life()
    {
        await using var host = await WorkerHost.StartAsync(_folder, async segment =>
        {
            await Task.Delay(Timeout.Infinite, segment.Stopping);
            return Exported(segment);
        }, Ct);
        await host.SendAsync(Guid.NewGuid(), "export-1");
        for (var i = 0; i < 3; i++) (await host.Inbox.NextAsync<SegmentProgress>(Ct)).Done.ShouldBe(0);
    }

    public static TheoryData<Exception, FailureKind, string> Exceptions => new()
    {
        { SwiftException.BadInput("dataset_empty", "The data set has no rows."), FailureKind.BadInput, "dataset_empty" },
        { new AggregateException(SwiftException.BadInput("dataset_empty", "The data set has no rows.")), FailureKind.BadInput, "dataset_empty" },
        { new IOException("No space left on device"), FailureKind.Infrastructure, "file_system" },
        { new OutOfMemoryException(), FailureKind.Infrastructure, "out_of_memory" },
        { new System.Runtime.InteropServices.ExternalException("CUDA out of memory. Tried to allocate 2 GiB"), FailureKind.Infrastructure, "out_of_memory" },
        { new HttpRequestException("refused"), FailureKind.Infrastructure, "network" },
        { new Npgsql.NpgsqlException("gone"), FailureKind.Infrastructure, "database" },
        { new InvalidOperationException("a defect"), FailureKind.Unexpected, "unexpected" },
        { new OperationCanceledException("by nobody"), FailureKind.Unexpected, "unexpected" },
    };

    [Theory, MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void An_exception_says_whose_fault_it_is(Exception exception, FailureKind kind, string code)
    {
        var reason = FailureReasons.Of(exception);
        (reason.Kind, reason.Code).ShouldBe((kind, code));
    }

    [Fact]
    public async Task A_failure_is_answered_and_the_next_attempt_works_again()
    {
        var calls = 0;
        await using var host = await WorkerHost.StartAsync(_folder, segment => ++calls == 1
            ? throw new IOException("No space left on device")
            : Task.FromResult<ISegmentReply>(Exported(segment)), Ct);
        var experiment = Guid.NewGuid();
        await host.SendAsync(experiment, "export-1");
        var failed = await host.Inbox.NextAsync<SegmentFailed>(Ct);
        failed.Reason.ShouldBe(new FailureReason(FailureKind.Infrastructure, "file_system", "No space left on device"));
        await host.SendAsync(experiment, "export-1", attempt: 2);
        (await host.Inbox.NextAsync<ModelExported>(Ct)).Address.Attempt.ShouldBe(2);
    }

    [Fact]
    public async Task A_command_that_comes_twice_is_answered_twice_and_worked_on_once()
    {
        var calls = 0;
        await using var host = await WorkerHost.StartAsync(_folder, segment =>
        {
            calls++;
            return Task.FromResult<ISegmentReply>(Exported(segment));
        }, Ct);
        var experiment = Guid.NewGuid();
        for (var i = 0; i < 2; i++)
        {
            await host.SendAsync(experiment, "export-1");
            await host.Inbox.NextAsync<ModelExported>(Ct);
        }
        calls.ShouldBe(1);
        await host.SendAsync(experiment, "export-2");
        await host.Inbox.NextAsync<ModelExported>(Ct);
        calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_cancelled_experiment_stops_its_segment_without_an_answer_and_no_other()
    {
        var experiment = Guid.NewGuid();
        await using var host = await WorkerHost.StartAsync(_folder, async segment =>
        {
            if (segment.Command.Address.ExperimentId == experiment) await Task.Delay(Timeout.Infinite, segment.Stopping);
            return Exported(segment);
        }, Ct);
        await host.SendAsync(experiment, "export-1");
        await host.Inbox.NextAsync<SegmentProgress>(Ct);
        await host.Service<IBus>().Publish(new StopExperiment(Guid.NewGuid()), Ct);
        await host.Service<IBus>().Publish(new StopExperiment(experiment), Ct);
        var other = Guid.NewGuid();
        await host.SendAsync(other, "export-1");
        (await host.Inbox.NextAsync<ModelExported>(Ct)).Address.ExperimentId.ShouldBe(other);
        host.Inbox.Count<SegmentFailed>().ShouldBe(0);
    }

    [Fact]
    public async Task The_files_of_a_segment_go_with_it()
    {
        var path = "";
        await using var host = await WorkerHost.StartAsync(_folder, async segment =>
        {
            path = segment.Scratch["weights"];
            await File.WriteAllTextAsync(path, "weights");
            return Exported(segment);
        }, Ct);
        await host.SendAsync(Guid.NewGuid(), "export-1");
        await host.Inbox.NextAsync<ModelExported>(Ct);
        path.ShouldStartWith(_folder["scratch"]);
        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_worker_tells_who_it_is_and_what_it_does()
    {
        await using var host = await WorkerHost.StartAsync(_folder, async segment =>
        {
            await Task.Delay(Timeout.Infinite, segment.Stopping);
            return Exported(segment);
        }, Ct);
        var idle = await host.Inbox.NextAsync<WorkerHeartbeat>(Ct);
        (idle.Worker.Kind, idle.Worker.ProcessId, idle.Segment).ShouldBe((WorkerKind.Export, Environment.ProcessId, null));
        var experiment = Guid.NewGuid();
        await host.SendAsync(experiment, "export-1");
        await host.Inbox.NextAsync<SegmentStarted>(Ct);
        WorkerHeartbeat busy;
        do busy = await host.Inbox.NextAsync<WorkerHeartbeat>(Ct);
        while (busy.Segment is null);
        busy.Segment.ShouldBe($"{experiment}/export/export-1");
        busy.Worker.ShouldBe(idle.Worker);
    }

    private static ModelExported Exported(SegmentWork<ExportModel> segment) =>
        new(segment.Command.Address, segment.Worker, new Dictionary<string, ArtifactReference>(), segment.Seconds);
}
