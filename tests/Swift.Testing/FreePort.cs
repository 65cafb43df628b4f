using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Swift.Testing;

/// <summary>Ports for servers of tests: any free one, or one of the range in <c>SWIFT_TEST_PORTS</c> (<c>21400-21499</c>).</summary>
public static class FreePort
{
    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(1000);

    public static int Take()
    {
        if (Environment.GetEnvironmentVariable("SWIFT_TEST_PORTS") is not { Length: > 0 } range) return TryBind(0)!.Value;
        var bounds = range.Split('-').Select(bound => int.Parse(bound, CultureInfo.InvariantCulture)).ToArray();
        var count = bounds[1] - bounds[0] + 1;
        lock (Gate)
        {
            for (var tries = 0; tries < count; tries++)
                if (TryBind(bounds[0] + _next++ % count) is { } port) return port;
        }
        throw new InvalidOperationException($"No port of {range} is free.");
    }

    private static int? TryBind(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException) when (port != 0)
        {
            return null;
        }
    }
}
