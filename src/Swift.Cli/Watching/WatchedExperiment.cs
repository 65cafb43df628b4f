using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Pipelines;

namespace Swift.Cli.Watching;

/// <summary>The experiment as far as the watcher knows: the last view and, by stage, the newest progress of each segment under way.</summary>
internal sealed class WatchedExperiment(ExperimentView view)
{
    private readonly Dictionary<(int Stage, string Segment), SegmentProgress> _progress = [];
    private readonly Dictionary<int, (DateTimeOffset At, double Share)> _starts = [];

    public ExperimentView View { get; private set; } = view;

    public void Update(ExperimentView newer)
    {
        View = newer;
        foreach (var done in _progress.Keys.Where(k => k.Stage < newer.Stages.Count && newer.Stages[k.Stage].Status != StageStatus.Running).ToList())
            _progress.Remove(done);
    }

    public void Update(SegmentProgress progress)
    {
        var stage = progress.Address.Stage;
        // Of a stage's segments only those of the newest name matter, except shards that run side by side.
        foreach (var older in _progress.Where(p => p.Key.Stage == stage && progress.At - p.Value.At > TimeSpan.FromSeconds(10)).Select(p => p.Key).ToList())
            _progress.Remove(older);
        _progress[(stage, progress.Address.Segment)] = progress;
        if (ShareDone(stage) is { } share)
            _starts.TryAdd(stage, (progress.At, share));
    }

    /// <summary>Progress of the segments of a stage that are under way, the newest last.</summary>
    public IReadOnlyList<SegmentProgress> ProgressOf(int stage) =>
        [.. _progress.Where(p => p.Key.Stage == stage).Select(p => p.Value).OrderBy(p => p.At)];

    /// <summary>Steps done of a stage; a training segment's progress counts from the stage's beginning.</summary>
    public (int Done, int Total)? StepsOf(int stage)
    {
        var accepted = View.Stages[stage];
        var newest = ProgressOf(stage).LastOrDefault(p => p.Total > 0);
        if (accepted.TotalSteps > 0)
        {
            // Shards of a generation count rows, not steps.
            var reported = accepted.Kind == StageKind.Grpo ? 0 : newest?.Done ?? 0;
            return (Math.Min(Math.Max(accepted.Step, reported), accepted.TotalSteps), accepted.TotalSteps);
        }
        return newest is null ? null : (newest.Done, newest.Total);
    }

    public double? ShareDone(int stage) => StepsOf(stage) is { Total: > 0 } steps ? (double)steps.Done / steps.Total : null;

    /// <summary>Time to the end of the stage at the pace since watching began; null while there is no pace.</summary>
    public TimeSpan? Remaining(int stage, DateTimeOffset now)
    {
        if (ShareDone(stage) is not { } share || !_starts.TryGetValue(stage, out var start) || share <= start.Share)
            return null;
        return (now - start.At) * ((1 - share) / (share - start.Share));
    }
}
