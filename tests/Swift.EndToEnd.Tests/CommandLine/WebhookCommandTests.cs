using Swift.Cli.Hosting;
using Swift.Contracts.Rest;
using Swift.EndToEnd.Tests.Pipelines;
using Swift.Hosting.Bus;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.CommandLine;

[Collection(nameof(TypedCommand))]
public sealed class WebhookCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_webhook_is_made_told_and_deleted_on_the_command_line()
    {
        Assert.SkipWhen(PostgresCluster.Unavailable is not null, PostgresCluster.Unavailable ?? "");
        var pipeline = SmallPipeline.Write(_folder, trainRows: 4, testRows: 1, "max_steps: 1");
        var settings = new ServerSettings(_folder["data"], _folder["artifacts"], null, new BusSettings(), ServerSettings.Loopback, 0);
        // Without workers nothing happens but what is typed.
        await using var product = await Product.StartAsync(settings, api: true, [], _ => { }, TestContext.Current.CancellationToken);
        string[] access = ["--url", product.Url.ToString(), "--api-key", product.AdminKey!];

        var inside = await TypedCommand.RunAsync(["webhooks", "create", "https://169.254.169.254/", .. access]);
        inside.ExitCode.ShouldBe(2);
        inside.Messages.ShouldContain("internal address");

        var created = await TypedCommand.ReadAsync<WebhookCreatedView>(["webhooks", "create", "https://hooks.invalid/swift", "--event", "experiment.cancelled", "--description", "chat", .. access]);
        created.Secret.ShouldStartWith("whsec_");
        var id = created.View.Id.ToString();
        var listed = await TypedCommand.RunAsync(["webhooks", "list", .. access]);
        listed.Result.ShouldContain(id);
        listed.Result.ShouldNotContain(created.Secret);

        var experiment = await TypedCommand.ReadAsync<ExperimentAccepted>(["run", pipeline, "--detach", .. access]);
        (await TypedCommand.RunAsync(["experiments", "cancel", experiment.Id.ToString(), "--reason", "no need", .. access])).ExitCode.ShouldBe(0);
        var failed = await Until(() => Deliveries("pending"), delivery => delivery.Attempts.Count > 0);
        failed.Event.ShouldBe("experiment.cancelled");
        failed.Attempts[0].Problem.ShouldNotBeNull().ShouldStartWith("No connection");
        (await TypedCommand.RunAsync(["webhooks", "deliveries", id, .. access])).Result.ShouldContain("No connection");
        var again = await TypedCommand.ReadAsync<WebhookDeliveryView>(["webhooks", "replay", id, failed.Id.ToString(), .. access]);
        again.MessageId.ShouldBe(failed.MessageId);

        (await TypedCommand.RunAsync(["webhooks", "delete", id, .. access])).ExitCode.ShouldBe(0);
        (await TypedCommand.ReadAsync<Page<WebhookView>>(["webhooks", "list", .. access])).Items.ShouldBeEmpty();
        (await TypedCommand.RunAsync(["webhooks", "delete", id, .. access])).ExitCode.ShouldNotBe(0);

        Task<Page<WebhookDeliveryView>> Deliveries(string status) => TypedCommand.ReadAsync<Page<WebhookDeliveryView>>(["webhooks", "deliveries", id, "--status", status, .. access]);
    }

    private static async Task<WebhookDeliveryView> Until(Func<Task<Page<WebhookDeliveryView>>> look, Func<WebhookDeliveryView, bool> enough)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience.Longest);
        while (true)
        {
            if ((await look()).Items.SingleOrDefault() is { } delivery && enough(delivery)) return delivery;
            await Task.Delay(100, deadline.Token);
        }
    }
}
