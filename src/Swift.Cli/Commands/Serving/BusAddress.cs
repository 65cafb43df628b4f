using Swift.Cli.Terminal;

namespace Swift.Cli.Commands.Serving;

/// <summary>Where RabbitMQ is, as people write it.</summary>
internal static class BusAddress
{
    private const string Form = "write rabbitmq://user:password@host/vhost.";

    /// <summary>Its complaints do not repeat the address: there is a password in it.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Uri Read(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            throw new UsageException($"--bus: what is given is no address; {Form}");
        return uri.Scheme is "rabbitmq" or "rabbitmqs" or "amqp" or "amqps" ? uri : throw new UsageException($"--bus: {uri.Scheme} is not RabbitMQ's; {Form}");
    }
}
