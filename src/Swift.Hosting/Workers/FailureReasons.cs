using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Workers;

/// <summary>Says whose fault an exception is.</summary>
public static class FailureReasons
{
    public static FailureReason Of(Exception exception) => exception switch
    {
        SwiftException known => known.Reason,
        AggregateException { InnerExceptions: [var only] } => Of(only),
        OutOfMemoryException => Infrastructure("out_of_memory", exception),
        // libtorch's allocators throw these through TorchSharp.
        ExternalException when IsOutOfMemory(exception.Message) => Infrastructure("out_of_memory", exception),
        IOException or UnauthorizedAccessException => Infrastructure("file_system", exception),
        NpgsqlException => Infrastructure("database", exception),
        HttpRequestException or SocketException or TimeoutException => Infrastructure("network", exception),
        _ => new FailureReason(FailureKind.Unexpected, "unexpected", $"{exception.GetType().Name}: {exception.Message}"),
    };

    private static FailureReason Infrastructure(string code, Exception exception) => new(FailureKind.Infrastructure, code, exception.Message);

    private static bool IsOutOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase);
}
