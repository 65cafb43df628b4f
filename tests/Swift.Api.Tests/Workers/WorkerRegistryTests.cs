using Microsoft.Extensions.Time.Testing;
using Swift.Api.Experiments.Recovery;
using Swift.Api.Tests.Experiments;
using Swift.Api.Workers;
using Swift.Contracts.Messages;

namespace Swift.Api.Tests.Workers;

public sealed class WorkerRegistryTests
{
    private static readonly RecoverySettings Limits = RecoverySettings.Default;

    private readonly FakeTimeProvider _time = new();
    private readonly WorkerRegistry _workers;
    private readonly Guid _experiment = Guid.NewGuid();

    public WorkerRegistryTests() => _workers = new WorkerRegistry(_time, Limits);

    [Fact]
    public void The_progress_of_a_segment_is_forgotten_long_after_its_recovery_and_not_before()
    {
        Progress("over");
        var last = _time.GetUtcNow();
        foreach (var limit in new[] { Limits.Waiting, Limits.Running })
        {
            _time.SetUtcNow(last + (2 * limit));
            Known("over").ShouldBe(last);
        }
        _time.SetUtcNow(last + (20 * Limits.Running));
        Known("over").ShouldBeNull();
    }

    [Fact]
    public void A_segment_that_goes_on_is_remembered_however_long_it_runs()
    {
        Progress("over");
        for (var beats = 0; beats < 40; beats++)
        {
            Progress("running");
            Known("running").ShouldBe(_time.GetUtcNow());
            _time.Advance(Limits.Running / 2);
        }
        Known("running").ShouldNotBeNull();
        Known("over").ShouldBeNull();
    }

    private void Progress(string segment) => _workers.Seen(new SegmentProgress(
        new SegmentAddress(_experiment, 0, "sft", segment, 1), ScriptedWorker.Identity(), 1, 2, 1, "steps/s", new Dictionary<string, double>(), _time.GetUtcNow()));

    /// <summary>What the registry says after it has looked at the time, as every reconciliation does.</summary>
    private DateTimeOffset? Known(string segment)
    {
        _workers.Alive();
        return _workers.LastProgress(_experiment, 0, segment);
    }
}
