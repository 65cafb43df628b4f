using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Bus;

/// <summary>
/// Waits for the broker and makes the durable queues, one after the other and one process after the other, before the bus starts. Left to
/// the bus, each endpoint, the publish topology and other processes declare them at the same time, and a consumer that meets a quorum
/// queue whose leader is not elected yet kills its channel in the broker (seen with RabbitMQ 3.10); the bus then waits for a consumer
/// that never comes.
/// </summary>
internal sealed class QueueDeclaration(Uri address, TimeSpan patience, ILogger<QueueDeclaration> logger) : IHostedService
{
    /// <summary>Exclusive to the connection that declares: who finds it taken comes again.</summary>
    private const string Turn = "swift-declaration";
    private const int AccessRefused = 403;
    private const int ResourceLocked = 405;
    private const int PreconditionFailed = 406;
    private const int NotAllowed = 530;

    private static readonly string[] Queues = [QueueNames.Experiments, QueueNames.Train, QueueNames.Rollout, QueueNames.Eval, QueueNames.Export];
    private static readonly TimeSpan UntilNextAttempt = TimeSpan.FromSeconds(0.5);

    /// <exception cref="TimeoutException">No broker came.</exception>
    /// <exception cref="SwiftException">BadInput: the broker does not let this user in, or its queues are other ones.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (waited, said) = (Stopwatch.StartNew(), false);
        var factory = Factory();
        while (true)
        {
            try
            {
                await DeclareAsync(factory, cancellationToken);
                return;
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason is { ReplyCode: ResourceLocked })
            {
                if (waited.Elapsed > patience)
                    throw new TimeoutException($"Another process has been declaring the queues of the broker at {Place} for {patience.TotalSeconds:0} s.", refused);
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason is { ReplyCode: PreconditionFailed })
            {
                throw SwiftException.BadInput("queue_differs", $"The broker at {Place} has a queue of Swift's name that is none of Swift's: {refused.ShutdownReason.ReplyText}. Delete it, or give Swift a virtual host of its own.", refused);
            }
            catch (OperationInterruptedException refused) when (refused.ShutdownReason is { ReplyCode: AccessRefused or NotAllowed })
            {
                throw Refused(factory, refused.ShutdownReason.ReplyText, refused);
            }
            catch (BrokerUnreachableException away) when (away.InnerException is AuthenticationFailureException or PossibleAuthenticationFailureException)
            {
                throw Refused(factory, "user or password are wrong", away);
            }
            catch (BrokerUnreachableException away)
            {
                if (waited.Elapsed > patience)
                    throw new TimeoutException($"No broker answers at {Place} ({away.GetBaseException().Message}). Start RabbitMQ there, or give its address with --bus.", away);
                if (!said) logger.LogWarning("No broker answers at {Place} yet ({Reason}); waiting up to {Seconds} s.", Place, away.GetBaseException().Message, (int)patience.TotalSeconds);
                said = true;
            }
            await Task.Delay(UntilNextAttempt, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string Place => $"{address.Host}:{(address.Port > 0 ? address.Port : "its usual port")}";

    private static async Task DeclareAsync(ConnectionFactory factory, CancellationToken ct)
    {
        await using var connection = await factory.CreateConnectionAsync(ct);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: ct);
        await channel.QueueDeclareAsync(Turn, durable: false, exclusive: true, autoDelete: true, cancellationToken: ct);
        foreach (var queue in Queues)
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: ct);
    }

    private ConnectionFactory Factory()
    {
        var user = address.UserInfo.Split(':', 2);
        return new ConnectionFactory
        {
            HostName = address.Host,
            Port = address.Port > 0 ? address.Port : AmqpTcpEndpoint.UseDefaultPort,
            UserName = user[0] is "" ? "guest" : Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "guest",
            VirtualHost = address.AbsolutePath is "/" or "" ? "/" : Uri.UnescapeDataString(address.AbsolutePath[1..]),
            Ssl = new SslOption(address.Host, enabled: address.Scheme is "rabbitmqs" or "amqps"),
        };
    }

    private SwiftException Refused(ConnectionFactory factory, string reason, Exception inner) => SwiftException.BadInput(
        "broker_refused", $"The broker at {Place} does not let {factory.UserName} into the virtual host {factory.VirtualHost}: {reason}. Check user, password and virtual host of --bus.", inner);
}
