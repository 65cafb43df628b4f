using Swift.Cli.Commands.Serving;
using Swift.Contracts.Workers;

namespace Swift.Cli.Hosting;

/// <summary>Workers as processes of their own, for as long as this object lives.</summary>
internal sealed class WorkerProcesses : IAsyncDisposable
{
    private readonly IReadOnlyList<ChildProcess> _children;

    private WorkerProcesses(IReadOnlyList<ChildProcess> children) => _children = children;

    /// <summary>Starts one process per entry of <paramref name="kinds"/>; they log into the data folder.</summary>
    public static WorkerProcesses Start(ServerSettings settings, IReadOnlyList<WorkerKind> kinds, Action<string> say)
    {
        List<ChildProcess> children = [];
        foreach (var (number, kind) in kinds.Index())
        {
            var name = $"{kind.ToString().ToLowerInvariant()}-{number}";
            children.Add(ChildProcess.Start(
                name,
                ["worker", kind.ToString().ToLowerInvariant(), "--data", settings.DataFolder, "--artifacts", settings.ArtifactFolder],
                (ServerOptions.BusVariable, settings.Bus.RabbitMq!.OriginalString),
                Path.Combine(settings.DataFolder, "logs", name + ".log"), say));
        }
        return new WorkerProcesses(children);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_children.Select(c => c.DisposeAsync().AsTask()));
}
