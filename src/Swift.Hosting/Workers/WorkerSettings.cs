namespace Swift.Hosting.Workers;

/// <summary>What a worker is told about the machine it runs on. Nothing here changes a result.</summary>
public sealed record WorkerSettings
{
    /// <summary>For the files of segments under way; on the file system of the artifact store, nothing needs to be copied. Default: a folder of this user's temporary files.</summary>
    public string ScratchFolder { get; init; } = Path.Combine(Path.GetTempPath(), $"swift-scratch-{Environment.UserName}");

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Port on the loopback interface where a rollout worker serves deployed models; 0 = any.</summary>
    public int ServingPort { get; init; }

    /// <summary>Keys that a rollout worker asks for where it serves deployed models: any of them is good; none = whoever is on this machine may ask.</summary>
    public IReadOnlyList<string> ServingKeys { get; init; } = [];

    /// <summary>Where a rollout worker notes what it serves, so that the next one there goes on with it; null = nowhere.</summary>
    public string? DeploymentFolder { get; init; }
}
