using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using Swift.Contracts.Experiments;
using Swift.Hosting.Bus;
using Swift.Testing;

namespace Swift.Hosting.Tests.Bus;

/// <summary>What stands between a process and its bus.</summary>
public sealed class QueueDeclarationTests(SharedBroker shared) : IClassFixture<SharedBroker>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_that_start_together_declare_one_after_the_other()
    {
        var broker = Broker();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Declare(broker.Address, Patience.Longest)));
        await using var connection = await new ConnectionFactory { HostName = "127.0.0.1", Port = broker.Port }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        (await channel.QueueDeclarePassiveAsync(QueueNames.Train, Ct)).ConsumerCount.ShouldBe(0u);
    }

    [Fact]
    public async Task A_broker_that_comes_after_the_process_is_waited_for()
    {
        Assert.SkipWhen(RabbitMqNode.Unavailable is not null, RabbitMqNode.Unavailable ?? "");
        await using var broker = await RabbitMqNode.StartAsync(Ct);
        await broker.KillAsync();
        var declaring = Declare(broker.Address, Patience.Longest);
        declaring.IsCompleted.ShouldBeFalse();
        await broker.RestartAsync(Ct);
        await declaring;
    }

    [Fact]
    public async Task A_broker_that_never_comes_is_named()
    {
        var address = new Uri($"rabbitmq://guest:guest@127.0.0.1:{FreePort.Take()}");
        (await Should.ThrowAsync<TimeoutException>(Declare(address, TimeSpan.Zero))).Message.ShouldContain($"{address.Host}:{address.Port}");
    }

    [Theory, InlineData("guest:wrong", "", "password"), InlineData("guest:guest", "nowhere", "nowhere")]
    public async Task A_broker_that_does_not_let_the_user_in_is_not_waited_for(string user, string virtualHost, string named)
    {
        var refused = await Should.ThrowAsync<SwiftException>(Declare(new Uri($"rabbitmq://{user}@127.0.0.1:{Broker().Port}/{virtualHost}"), TimeSpan.MaxValue));
        refused.Reason.Code.ShouldBe("broker_refused");
        refused.Message.ShouldContain(named);
    }

    [Fact]
    public async Task A_queue_of_another_kind_under_our_name_is_named()
    {
        var broker = Broker();
        await using var connection = await new ConnectionFactory { HostName = "127.0.0.1", Port = broker.Port }.CreateConnectionAsync(Ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Ct);
        await channel.QueueDeleteAsync(QueueNames.Eval, cancellationToken: Ct);
        await channel.QueueDeclareAsync(QueueNames.Eval, durable: true, exclusive: false, autoDelete: false, cancellationToken: Ct);
        try
        {
            var refused = await Should.ThrowAsync<SwiftException>(Declare(broker.Address, Patience.Longest));
            refused.Reason.Code.ShouldBe("queue_differs");
            refused.Message.ShouldContain(QueueNames.Eval);
        }
        finally
        {
            await channel.QueueDeleteAsync(QueueNames.Eval, cancellationToken: Ct);
        }
    }

    private static Task Declare(Uri address, TimeSpan patience) => new QueueDeclaration(address, patience, NullLogger<QueueDeclaration>.Instance).StartAsync(Ct);

    private RabbitMqNode Broker()
    {
        Assert.SkipWhen(RabbitMqNode.Unavailable is not null, RabbitMqNode.Unavailable ?? "");
        return shared.Node!;
    }
}
