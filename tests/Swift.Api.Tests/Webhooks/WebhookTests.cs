using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Swift.Api.Tests.Experiments;
using Swift.Api.Webhooks;
using Swift.Contracts;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Webhooks;

/// <summary>Messages about what happened, from the event store to a server that takes them, refuses them or is not there.</summary>
public sealed class WebhookTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly WebhookSettings Quick = new()
    {
        Allowed = ["127.0.0.1"], Poll = TimeSpan.FromMilliseconds(50), RetryDelays = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50)],
    };

    private readonly TemporaryFolder _folder = new();
    private string _database = null!;
    private Receiver _receiver = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_database, _receiver) = (await postgres.CreateDatabase(), await Receiver.Start());

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_cancelled_experiment_is_told_once_and_signed_as_standard_webhooks_says()
    {
        await using var plane = await Start(Quick);
        var created = await Create(plane, new CreateWebhook(_receiver.Url, ["experiment.cancelled"]));
        created.Secret.ShouldStartWith("whsec_");
        var experiment = await Cancelled(plane);

        var delivery = await Until(plane, created, delivery => delivery.Status == DeliveryStatus.Delivered);
        var message = _receiver.Messages.ShouldHaveSingleItem();
        var (id, timestamp) = (message.Headers["webhook-id"], message.Headers["webhook-timestamp"]);
        var key = Convert.FromBase64String(created.Secret["whsec_".Length..]);
        message.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{message.Body}"))));
        message.Headers["content-type"].ShouldBe("application/json; charset=utf-8");
        delivery.MessageId.ShouldBe(id);
        delivery.Payload.ShouldBe(message.Body);

        var body = JsonDocument.Parse(message.Body).RootElement;
        body.GetProperty("type").GetString().ShouldBe("experiment.cancelled");
        var data = body.GetProperty("data");
        data.GetProperty("id").GetGuid().ShouldBe(experiment);
        data.GetProperty("name").GetString().ShouldBe("small");
        data.GetProperty("actor").GetString().ShouldBe(ControlPlane.Actor);
        data.GetProperty("event").GetProperty("reason").GetString().ShouldBe("no need");

        (await plane.Http.GetStringAsync("/v1/webhooks", Ct)).ShouldNotContain(created.Secret["whsec_".Length..]);
    }

    [Fact]
    public async Task What_is_not_taken_comes_again_until_it_is_dead_and_a_replay_begins_anew()
    {
        await using var plane = await Start(Quick);
        var created = await Create(plane, new CreateWebhook(_receiver.Url));
        _receiver.Status = 500;
        await Cancelled(plane);

        var dead = await Until(plane, created, delivery => delivery.Status == DeliveryStatus.Dead);
        dead.Attempts.Select(attempt => (attempt.StatusCode, attempt.Problem)).ShouldBe(Enumerable.Repeat(((int?)500, (string?)"Answered 500."), 3));
        _receiver.Messages.Select(message => message.Headers["webhook-id"]).Distinct().ShouldBe([dead.MessageId]);

        (_receiver.Status, _receiver.Location) = (307, _receiver.Url + "/elsewhere");
        await Replay(plane, created, dead);
        dead = await Until(plane, created, delivery => delivery.Status == DeliveryStatus.Dead && delivery.Attempts.Count == 6);
        dead.Attempts[^1].Problem.ShouldBe("Answered 307; redirects are not followed.");
        _receiver.Messages.ShouldAllBe(message => message.Path == "/hook");

        (_receiver.Status, _receiver.Location) = (200, null);
        await Replay(plane, created, dead);
        var delivered = await Until(plane, created, delivery => delivery.Status == DeliveryStatus.Delivered);
        delivered.MessageId.ShouldBe(dead.MessageId);
        delivered.Attempts.Count.ShouldBe(7);
        (await plane.Http.GetFromJsonAsync<Page<WebhookDeliveryView>>($"/v1/webhooks/{created.View.Id}/deliveries?status=dead", SwiftJson.Options, Ct))!.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_when_the_process_ends_is_sent_by_the_next_and_nothing_to_a_webhook_that_was_deleted()
    {
        var patient = Quick with { RetryDelays = [.. Enumerable.Repeat(TimeSpan.FromMilliseconds(200), 10_000)] };
        _receiver.Status = 503;
        WebhookCreatedView kept, deleted;
        await using (var plane = await Start(patient))
        {
            kept = await Create(plane, new CreateWebhook(_receiver.Url));
            deleted = await Create(plane, new CreateWebhook(_receiver.Url + "/deleted"));
            await Cancelled(plane);
            await Until(plane, kept, delivery => delivery.Attempts.Count > 0);
            await Until(plane, deleted, delivery => delivery.Attempts.Count > 0);
            (await plane.Http.DeleteAsync($"/v1/webhooks/{deleted.View.Id}", Ct)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (await plane.Http.GetAsync($"/v1/webhooks/{deleted.View.Id}", Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
        _receiver.Messages.Clear();
        _receiver.Status = 200;
        await using var next = await Start(patient);
        await Until(next, kept, delivery => delivery.Status == DeliveryStatus.Delivered);
        _receiver.Messages.ShouldAllBe(message => message.Path == "/hook");
    }

    [Fact]
    public async Task A_name_that_means_another_address_after_it_was_checked_gains_nothing()
    {
        // Outside whenever somebody checks, inside as soon as somebody connects.
        var lookups = 0;
        var rebinding = Quick with
        {
            Allowed = [],
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([++lookups <= 2 ? IPAddress.Parse("93.184.216.34") : IPAddress.Loopback]),
            RetryDelays = [],
        };
        await using var plane = await Start(rebinding);
        var inside = await plane.Http.PostAsJsonAsync("/v1/webhooks", new CreateWebhook("https://169.254.169.254/"), SwiftJson.Options, Ct);
        inside.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await inside.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("errors").TryGetProperty("url", out _).ShouldBeTrue();

        var created = await Create(plane, new CreateWebhook($"https://rebind.test:{_receiver.Port}/hook"));
        await Cancelled(plane);
        var dead = await Until(plane, created, delivery => delivery.Status == DeliveryStatus.Dead);
        lookups.ShouldBe(3);
        dead.Attempts.Single().Problem.ShouldNotBeNull().ShouldContain("leads to an internal address");
        _receiver.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_hangs_holds_up_nobody_elses_messages()
    {
        // An attempt outlasts the test, so whatever waits for one is not sent.
        await using var plane = await Start(Quick with { AttemptTimeout = TimeSpan.FromHours(1) });
        TaskCompletionSource answers = new();
        _receiver.Answers = answers.Task;
        var hanging = await Create(plane, new CreateWebhook(_receiver.Url));
        for (var message = 0; message < 20; message++) await Cancelled(plane);
        await UntilCount(plane, hanging, DeliveryStatus.Pending, 20);
        await using var quick = await Receiver.Start();
        var other = await Create(plane, new CreateWebhook(quick.Url));
        await Cancelled(plane);
        await Until(plane, other, delivery => delivery.Status == DeliveryStatus.Delivered);
        _receiver.Messages.Count.ShouldBeLessThan(21);

        answers.SetResult();
        await UntilCount(plane, hanging, DeliveryStatus.Delivered, 21);
    }

    private Task<ControlPlane> Start(WebhookSettings settings) =>
        ControlPlane.Start(_database, _folder.Path, new WorkerScript { Answers = _ => Task.FromResult(false) }, webhooks: settings);

    private static async Task<WebhookCreatedView> Create(ControlPlane plane, CreateWebhook body)
    {
        using var answer = await plane.Http.PostAsJsonAsync("/v1/webhooks", body, SwiftJson.Options, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Ct));
        return (await answer.Content.ReadFromJsonAsync<WebhookCreatedView>(SwiftJson.Options, Ct))!;
    }

    private static async Task Replay(ControlPlane plane, WebhookCreatedView webhook, WebhookDeliveryView delivery) =>
        (await plane.Http.PostAsync($"/v1/webhooks/{webhook.View.Id}/deliveries/{delivery.Id}:replay", null, Ct)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

    /// <summary>An experiment that was submitted and cancelled.</summary>
    private async Task<Guid> Cancelled(ControlPlane plane)
    {
        var accepted = await plane.Submit(TestPipeline.Write(_folder.Path));
        using var answer = await plane.Http.PostAsJsonAsync($"/v1/experiments/{accepted.Id}:cancel", new { reason = "no need" }, Ct);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Ct));
        return accepted.Id;
    }

    /// <summary>Waits for the only delivery to be so.</summary>
    private static async Task<WebhookDeliveryView> Until(ControlPlane plane, WebhookCreatedView webhook, Func<WebhookDeliveryView, bool> state)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            var page = await plane.Http.GetFromJsonAsync<Page<WebhookDeliveryView>>($"/v1/webhooks/{webhook.View.Id}/deliveries", SwiftJson.Options, deadline.Token);
            if (page!.Items.SingleOrDefault() is { } delivery && state(delivery)) return delivery;
            await Task.Delay(50, deadline.Token);
        }
    }

    private static async Task UntilCount(ControlPlane plane, WebhookCreatedView webhook, DeliveryStatus status, int count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(Patience.Longest);
        while ((await plane.Http.GetFromJsonAsync<Page<WebhookDeliveryView>>($"/v1/webhooks/{webhook.View.Id}/deliveries?pageSize=200", SwiftJson.Options, deadline.Token))!
            .Items.Count(delivery => delivery.Status == status) != count)
        {
            await Task.Delay(50, deadline.Token);
        }
    }
}
