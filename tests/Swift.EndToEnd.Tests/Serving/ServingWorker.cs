using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Models;
using Swift.Models.Tokenizers;
using Swift.Testing;
using Swift.Workers.Rollout.Serving;

namespace Swift.EndToEnd.Tests.Serving;

/// <summary>What of a rollout worker serves models, without a bus, and what it logs. Disposed, it ends as a process does: what it served stays noted.</summary>
internal sealed class ServingWorker : IAsyncDisposable
{
    private readonly LoggerFactory _logging = new();
    private readonly ScratchFolders _scratch;
    private readonly ModelServer _server;
    private readonly KeptDeployments _kept;
    private readonly Worker _worker = new(WorkerKind.Rollout, TimeProvider.System);

    internal ServingWorker(TemporaryFolder folder, TimeProvider? time = null)
    {
        _logging.AddProvider(new Warnings(Logged));
        WorkerSettings settings = new() { ScratchFolder = folder["scratch"], DeploymentFolder = folder["deployments"] };
        Store = new FolderArtifactStore(folder["artifacts"]);
        _scratch = new ScratchFolders(settings, _logging.CreateLogger<ScratchFolders>());
        _server = new ModelServer(settings, _logging);
        _kept = new KeptDeployments(settings, _logging.CreateLogger<KeptDeployments>());
        Deployments = new Deployments(Store, _server, _kept, _scratch, settings, _worker, time ?? TimeProvider.System, _logging.CreateLogger<Deployments>());
    }

    internal FolderArtifactStore Store { get; }

    internal Deployments Deployments { get; }

    /// <summary>Warnings and errors so far.</summary>
    internal ConcurrentQueue<string> Logged { get; } = [];

    internal IReadOnlyList<ServedModelView> Serving => _worker.Serving ?? [];

    /// <summary>A model with random weights, in the store.</summary>
    internal async Task<ArtifactReference> StoreModelAsync(TemporaryFolder folder, long seed)
    {
        BytePairTrainer.Train(["Anna has 12 apples and buys 7 more."], new BytePairTrainerOptions { VocabularySize = 270 }, folder["tokenizer"]);
        ModelConfigSpec tiny = new() { HiddenSize = 32, NumHiddenLayers = 1, NumAttentionHeads = 2, MaxPositionEmbeddings = 64 };
        ModelFolder.Initialize(tiny, folder["tokenizer"], seed, folder[$"model-{seed}"]);
        return (await Store.PutFolderAsync(folder[$"model-{seed}"])).As(ArtifactKind.Model);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Deployments.Dispose();
        _kept.Dispose();
        _scratch.Dispose();
        _logging.Dispose();
    }

    private sealed class Warnings(ConcurrentQueue<string> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level >= LogLevel.Warning;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(level)) logged.Enqueue(format(state, exception));
        }

        public void Dispose()
        {
        }
    }
}
