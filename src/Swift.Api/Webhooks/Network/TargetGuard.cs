using System.Net;
using System.Net.Sockets;

namespace Swift.Api.Webhooks.Network;

/// <summary>
/// Decides where messages may go. A name is looked up once for each connection, and the addresses that were checked are those
/// that are connected to: a name that means another address a moment later gains nothing.
/// </summary>
internal sealed class TargetGuard(WebhookSettings settings)
{
    private readonly IPNetwork[] _networks = [.. settings.Allowed.Select(Network).OfType<IPNetwork>()];
    private readonly HashSet<string> _hosts = [.. settings.Allowed.Where(entry => Network(entry) is null).Select(entry => entry.Trim().ToLowerInvariant())];

    /// <summary>Why this address is not told anything; null where it may be. A name that cannot be looked up now may be known later.</summary>
    internal async Task<string?> ProblemOfAsync(Uri url, CancellationToken ct)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)) return "Is not an absolute https address.";
        if (url.UserInfo.Length > 0) return "Holds a user or password; messages are signed instead.";
        var isAllowed = _hosts.Contains(url.IdnHost) || (IPAddress.TryParse(url.IdnHost, out var literal) && IsAllowed(literal));
        if (url.Scheme != Uri.UriSchemeHttps && !isAllowed) return "Is not https.";
        try
        {
            await AddressesAsync(url.IdnHost, ct);
            return null;
        }
        catch (RefusedTargetException refused)
        {
            return refused.Message;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="RefusedTargetException">The name means an internal address.</exception>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await AddressesAsync(context.DnsEndPoint.Host, ct);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await settings.Resolve(host, ct);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        // One internal address among others is enough: no honest name has both.
        if (!_hosts.Contains(host.ToLowerInvariant()) && !addresses.All(address => PublicAddress.Is(address) || IsAllowed(address)))
            throw new RefusedTargetException($"{host} leads to an internal address; the operator of the server can allow it with --webhook_allow.");
        return addresses;
    }

    private bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }

    /// <summary>Null for the name of a host.</summary>
    private static IPNetwork? Network(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network)) return network;
        return IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) : null;
    }
}

/// <summary>A message was not sent because of where it would have gone.</summary>
internal sealed class RefusedTargetException(string message) : Exception(message);
