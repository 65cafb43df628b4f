using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Swift.Cli.Api;
using Swift.Cli.Watching;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.EndToEnd.Tests.CommandLine;

public sealed class ExperimentFeedTests
{
    private static readonly Guid Experiment = Guid.Parse("01990000-0000-7000-8000-000000000001");

    [Fact]
    public async Task A_feed_that_breaks_goes_on_where_it_stopped()
    {
        List<string?> askedFrom = [];
        await using var server = await PretendServer.StartAsync(app => app.MapGet("/v1/experiments/{id}/events", async (HttpContext http) =>
        {
            askedFrom.Add(http.Request.Headers["Last-Event-ID"]);
            http.Response.ContentType = "text/event-stream";
            var last = long.Parse(http.Request.Headers["Last-Event-ID"].ToString());
            if (askedFrom.Count == 1)
            {
                await WriteAsync(http, 1, "experiment_submitted.v1");
                await WriteAsync(http, 2, "stage_started.v1");
                http.Abort();
                return;
            }
            // What the break swallowed comes again, and so may what was asked for inclusively: the watcher sees each once.
            for (var version = Math.Max(1, last); version <= 2; version++)
                await WriteAsync(http, version, version == 1 ? "experiment_submitted.v1" : "stage_started.v1");
            await WriteAsync(http, 3, "experiment_succeeded.v1");
        }));
        using ApiConnection connection = new(server.Url, key: null);

        List<long> versions = [];
        await foreach (var item in new ExperimentFeed(connection.Api, Experiment, TimeSpan.FromMinutes(1)).ReadAsync(TestContext.Current.CancellationToken))
            if (item is FeedItem.Happened { Event: var happened })
                versions.Add(happened.Version);

        versions.ShouldBe([1, 2, 3]);
        askedFrom.Count.ShouldBe(2);
        askedFrom[0].ShouldBe("0");
    }

    [Fact]
    public async Task A_feed_of_an_unknown_experiment_says_so()
    {
        await using var server = await PretendServer.StartAsync(app => app.MapGet(
            "/v1/experiments/{id}/events", () => Results.Problem("There is no such experiment.", statusCode: 404)));
        using ApiConnection connection = new(server.Url, key: null);

        var feed = new ExperimentFeed(connection.Api, Experiment, TimeSpan.FromMinutes(1)).ReadAsync(TestContext.Current.CancellationToken);
        var problem = await Should.ThrowAsync<ApiProblem>(async () => await feed.GetAsyncEnumerator().MoveNextAsync());

        problem.Message.ShouldBe("There is no such experiment.");
        problem.IsWrongInput.ShouldBeTrue();
    }

    private static async Task WriteAsync(HttpContext http, long version, string type)
    {
        EventView happened = new(
            Guid.NewGuid(), version, type, DateTimeOffset.UnixEpoch, "local", Experiment.ToString(), null, null, null,
            JsonSerializer.SerializeToElement(new { }));
        await http.Response.WriteAsync($"id: {version}\nevent: {type}\ndata: {JsonSerializer.Serialize(happened, SwiftJson.Options)}\n\n");
        await http.Response.Body.FlushAsync();
    }
}
