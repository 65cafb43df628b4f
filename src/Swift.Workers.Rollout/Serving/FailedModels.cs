namespace Swift.Workers.Rollout.Serving;

/// <summary>
/// Models that could not be put behind a deployment. The control plane asks for one with every heartbeat, and loading takes memory and
/// time from the model that answers meanwhile: each is tried again only after a pause, which doubles. One per deployment, the last; used
/// by one at a time.
/// </summary>
internal sealed class FailedModels(TimeProvider time)
{
    internal static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Failed> _failed = new(StringComparer.Ordinal);

    /// <summary>Whether this model failed behind the deployment so lately that it is not tried now.</summary>
    internal bool Rests(string deployment, string digest) =>
        _failed.TryGetValue(deployment, out var last) && last.Digest == digest && time.GetElapsedTime(last.At) < last.Pause;

    /// <returns>How long the model is not tried again.</returns>
    internal TimeSpan Add(string deployment, string digest)
    {
        var pause = _failed.TryGetValue(deployment, out var last) && last.Digest == digest ? 2 * last.Pause : FirstPause;
        if (pause > LongestPause) pause = LongestPause;
        _failed[deployment] = new Failed(digest, time.GetTimestamp(), pause);
        return pause;
    }

    internal void Forget(string deployment) => _failed.Remove(deployment);

    private sealed record Failed(string Digest, long At, TimeSpan Pause);
}
