using Marten;
using Marten.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Aggregate;
using Swift.Api.Paging;
using Swift.Api.Pipelines;
using Swift.Api.Schedules;
using Swift.Api.Schedules.Firing;
using Swift.Contracts;
using Swift.Hosting.Artifacts;
using Weasel.Core;

namespace Swift.Api.Tests.Schedules;

/// <summary>
/// One node of the control plane as far as schedules go, with a clock of its own. It can be told to die at the next commit: before it,
/// so that nothing happened, or right after it, so that nobody hears of what did.
/// </summary>
internal sealed class ScheduleNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly Death _death = new();

    internal ScheduleNode(string connection, string folder, DateTimeOffset now, IArtifactStore? artifacts = null)
    {
        Clock = new FakeTimeProvider(now);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(artifacts ?? new FolderArtifactStore(Path.Combine(folder, "artifacts")));
        services.AddMarten(options =>
        {
            options.Connection(connection);
            options.DatabaseSchemaName = "swift";
            options.UseSystemTextJsonForSerialization(EnumStorage.AsString, Casing.SnakeCase, SwiftJson.Apply);
            options.Events.AppendMode = JasperFx.Events.EventAppendMode.Rich;
            options.Events.MetadataConfig.EnableAll();
            options.Events.MetadataConfig.UserNameEnabled = true;
            options.Events.UseMandatoryStreamTypeDeclaration = true;
            options.MapSwiftEvents();
            options.Projections.Add<ExperimentProjection>(JasperFx.Events.Projections.ProjectionLifecycle.Inline);
            options.Listeners.Add(_death);
            options.DisableNpgsqlLogging = true;
        }).UseLightweightSessions();
        services.AddSingleton<PageTokens>();
        services.AddSwiftPipelines();
        services.AddScheduleStreams();
        _services = services.BuildServiceProvider();
    }

    internal FakeTimeProvider Clock { get; }
    internal IDocumentStore Store => _services.GetRequiredService<IDocumentStore>();
    internal PipelineIntake Intake => _services.GetRequiredService<PipelineIntake>();
    internal RegisteredPipelines Pipelines => _services.GetRequiredService<RegisteredPipelines>();
    internal ScheduleRunner Runner => _services.GetRequiredService<ScheduleRunner>();

    /// <summary>The next commit, or what comes right after it, does not return.</summary>
    internal void DieAtTheNextCommit(bool before) => _death.When = before ? Moment.BeforeCommit : Moment.AfterCommit;

    internal void Live() => _death.When = Moment.Never;

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    internal enum Moment
    {
        Never,
        BeforeCommit,
        AfterCommit,
    }

    internal sealed class KilledException : Exception;

    private sealed class Death : DocumentSessionListenerBase
    {
        internal Moment When { get; set; }

        public override Task BeforeSaveChangesAsync(IDocumentSession session, CancellationToken token) =>
            When == Moment.BeforeCommit ? throw new KilledException() : Task.CompletedTask;

        public override Task AfterCommitAsync(IDocumentSession session, IChangeSet commit, CancellationToken token) =>
            When == Moment.AfterCommit ? throw new KilledException() : Task.CompletedTask;
    }
}
