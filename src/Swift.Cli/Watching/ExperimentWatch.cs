using System.Globalization;
using Spectre.Console;
using Swift.Cli.Commands;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Watching;

/// <summary>Follows an experiment to its end: drawn on a terminal, as lines elsewhere, as JSON lines with --json.</summary>
internal static class ExperimentWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);

    /// <returns>0 if it succeeded, 1 if it failed or was cancelled.</returns>
    public static async Task<int> RunAsync(CommandRun run, Guid id, CancellationToken ct)
    {
        ExperimentView end;
        try
        {
            end = await FollowAsync(run.Api, run.Output, id, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            run.Output.Message($"stopped watching; the experiment goes on. Come back: swift experiments watch {id}");
            return ExitCode.Interrupted;
        }
        run.Output.Result(end, ExperimentPicture.Whole);
        return end.Status == ExperimentStatus.Succeeded ? ExitCode.Done : ExitCode.WorkFailed;
    }

    /// <summary>Shows what happens until the experiment has ended.</summary>
    public static async Task<ExperimentView> FollowAsync(ISwiftApi api, CommandOutput output, Guid id, CancellationToken ct)
    {
        WatchedExperiment watched = new(await api.GetExperiment(id, ct));
        ExperimentFeed feed = new(api, id, Patience);
        if (output.Interactive)
            await DrawAsync(api, output.Screen, watched, feed, ct);
        else
            await WriteLinesAsync(api, output, watched, feed, ct);
        return await api.GetExperiment(id, ct);
    }

    private static Task DrawAsync(ISwiftApi api, IAnsiConsole screen, WatchedExperiment watched, ExperimentFeed feed, CancellationToken ct) =>
        screen.Live(ExperimentPicture.Live(watched, DateTimeOffset.UtcNow, null)).AutoClear(true).StartAsync(async live =>
        {
            string? note = null;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var clock = Task.Run(
                async () =>
                {
                    using PeriodicTimer timer = new(RedrawEvery);
                    while (await timer.WaitForNextTickAsync(ended.Token))
                        lock (watched)
                            live.UpdateTarget(ExperimentPicture.Live(watched, DateTimeOffset.UtcNow, note));
                },
                ended.Token);
            try
            {
                await foreach (var item in feed.ReadAsync(ct))
                {
                    var view = item is FeedItem.Happened ? await api.GetExperiment(watched.View.Id, ct) : null;
                    lock (watched)
                    {
                        if (view is not null)
                            watched.Update(view);
                        if (item is FeedItem.Progressed { Progress: var progress })
                            watched.Update(progress);
                        note = item is FeedItem.Interrupted { Why: var why } ? $"the server is away, trying again: {why}" : null;
                    }
                }
            }
            finally
            {
                await ended.CancelAsync();
                await clock.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        });

    private static async Task WriteLinesAsync(ISwiftApi api, CommandOutput output, WatchedExperiment watched, ExperimentFeed feed, CancellationToken ct)
    {
        var lastLine = DateTimeOffset.MinValue;
        await foreach (var item in feed.ReadAsync(ct))
            switch (item)
            {
                case FeedItem.Happened { Event: var happened } when output.Json:
                    output.JsonLine(happened);
                    break;
                case FeedItem.Happened { Event: var happened } when !EventText.IsDetail(happened.Type):
                    watched.Update(await api.GetExperiment(watched.View.Id, ct));
                    await Console.Out.WriteLineAsync(EventText.Line(happened));
                    break;
                case FeedItem.Progressed { Progress: var progress } when !output.Json:
                    watched.Update(progress);
                    if (progress.At - lastLine < LineEvery || progress.Address.Stage >= watched.View.Stages.Count)
                        break;
                    lastLine = progress.At;
                    await Console.Out.WriteLineAsync(ProgressLine(watched, progress.Address.Stage, progress.At));
                    break;
                case FeedItem.Interrupted { Why: var why }:
                    output.Message($"the server is away, trying again: {why}");
                    break;
            }
    }

    private static string ProgressLine(WatchedExperiment watched, int stage, DateTimeOffset at)
    {
        var view = watched.View.Stages[stage];
        var steps = watched.StepsOf(stage) is { } s ? $" {s.Done}/{s.Total}" : "";
        var left = watched.Remaining(stage, at) is { } remaining ? $", {Formats.Duration(remaining)} left" : "";
        return $"{at.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}  {view.Name}{steps}: {ExperimentPicture.Details(watched, view)}{left}";
    }
}
