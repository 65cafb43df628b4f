using System.Net;
using System.Net.Sockets;

namespace Swift.Api.Webhooks.Network;

/// <summary>Which addresses belong to the open internet: all others lead to this machine, to its neighbours, to a cloud's metadata or nowhere.</summary>
internal static class PublicAddress
{
    /// <summary>IANA's registry of special-purpose IPv4 addresses, multicast and what is reserved.</summary>
    private static readonly IPNetwork[] SpecialV4 = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    }.Select(IPNetwork.Parse)];

    /// <summary>The one block of IPv6 that is handed out for the open internet; loopback, link-local, unique local, NAT64 and multicast lie outside.</summary>
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    /// <summary>In <see cref="Global"/> and yet special: protocol assignments with Teredo, documentation, 6to4, which carries an IPv4 address.</summary>
    private static readonly IPNetwork[] SpecialV6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    internal static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !SpecialV4.Any(network => network.Contains(address))
            : Global.Contains(address) && !SpecialV6.Any(network => network.Contains(address));
    }
}
