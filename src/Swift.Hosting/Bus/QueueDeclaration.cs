using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Swift.Hosting.Bus;

/// <summary>
/// Makes the durable queues one after the other before the bus starts. Left to the bus, each endpoint and the publish topology declare
/// them at the same time, and a consumer that meets a quorum queue whose leader is not elected yet kills its channel in the broker (seen
/// with RabbitMQ 3.10); the bus then waits for a consumer that never comes.
/// </summary>
internal sealed class QueueDeclaration(Uri address) : IHostedService
{
    private static readonly string[] Queues = [QueueNames.Experiments, QueueNames.Train, QueueNames.Rollout, QueueNames.Eval, QueueNames.Export];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var user = address.UserInfo.Split(':', 2);
        var factory = new ConnectionFactory
        {
            HostName = address.Host,
            Port = address.Port > 0 ? address.Port : AmqpTcpEndpoint.UseDefaultPort,
            UserName = user[0] is "" ? "guest" : Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "guest",
            VirtualHost = address.AbsolutePath is "/" or "" ? "/" : Uri.UnescapeDataString(address.AbsolutePath[1..]),
        };
        try
        {
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            foreach (var queue in Queues)
                await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
                    new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancellationToken);
        }
        catch (BrokerUnreachableException)
        {
            // The bus waits for a broker that is not there, and says what is wrong when it never comes.
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
