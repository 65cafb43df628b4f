using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using RabbitMQ.Client;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;
using Swift.Hosting.Postgres;
using Swift.Models.Native;

namespace Swift.Cli.Commands.Diagnosis;

/// <summary>One method per thing that can be missing on a machine.</summary>
internal static class MachineChecks
{
    /// <summary>Artifacts of a small experiment and a database need about this much.</summary>
    private const long LeastFreeBytes = 5_000_000_000;

    public static Finding Runtime() => new(
        Verdict.Fine, "runtime",
        $"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, {Formats.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} of memory", null);

    public static Finding Torch()
    {
        try
        {
            TorchLibrary.Load();
            return new Finding(Verdict.Fine, "libtorch", $"{TorchSharp.torch.__version__}, CUDA {(TorchSharp.torch.cuda.is_available() ? "yes" : "no")}", null);
        }
        catch (SwiftException problem)
        {
            return new Finding(Verdict.Missing, "libtorch", problem.Message, "build again (`dotnet build`): the library comes with the packages");
        }
    }

    public static Finding PostgresPrograms()
    {
        try
        {
            return new Finding(Verdict.Fine, "PostgreSQL", $"programs in {PostgresBinaries.Find()}", null);
        }
        catch (SwiftException problem)
        {
            return new Finding(Verdict.Missing, "PostgreSQL", problem.Message, "Debian, Ubuntu: apt-get install postgresql; or use a server with --database");
        }
    }

    public static async Task<Finding> DatabaseAsync(string connection, CancellationToken ct)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connection);
            await using var opened = await source.OpenConnectionAsync(ct);
            return new Finding(Verdict.Fine, "PostgreSQL", $"{opened.Host}:{opened.Port}, version {opened.ServerVersion}", null);
        }
        catch (Exception problem) when (problem is NpgsqlException or ArgumentException)
        {
            return new Finding(Verdict.Missing, "PostgreSQL", problem.Message, "check the connection string, and that the server runs and lets this user in");
        }
    }

    public static Finding NoBus() => new(Verdict.Note, "RabbitMQ", "not asked for: `swift up` needs none", "--bus rabbitmq://… tries one");

    public static async Task<Finding> RabbitMqAsync(Uri address, CancellationToken ct)
    {
        try
        {
            var uri = new UriBuilder(address) { Scheme = address.Scheme.EndsWith('s') ? "amqps" : "amqp", Port = address.Port > 0 ? address.Port : AmqpTcpEndpoint.UseDefaultPort }.Uri;
            await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync(ct);
            var version = connection.ServerProperties?.TryGetValue("version", out var value) == true && value is byte[] bytes
                ? System.Text.Encoding.UTF8.GetString(bytes) : "?";
            return new Finding(Verdict.Fine, "RabbitMQ", $"{connection.Endpoint.HostName}:{connection.Endpoint.Port}, version {version}", null);
        }
        catch (Exception problem) when (problem is RabbitMQ.Client.Exceptions.BrokerUnreachableException or IOException)
        {
            return new Finding(Verdict.Missing, "RabbitMQ", (problem.InnerException ?? problem).Message, "check the address, the user, and that the broker runs");
        }
    }

    public static Finding Folder(string path)
    {
        try
        {
            // The folder itself is made by whoever uses it; here its nearest parent must let that happen.
            var existing = path;
            while (!Directory.Exists(existing))
                existing = Path.GetDirectoryName(existing)!;
            var probe = Path.Combine(existing, $".swift-doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            var free = new DriveInfo(existing).AvailableFreeSpace;
            var found = string.Create(CultureInfo.InvariantCulture, $"{path}, {Formats.Bytes(free)} free");
            return free >= LeastFreeBytes
                ? new Finding(Verdict.Fine, "data folder", found, null)
                : new Finding(Verdict.Note, "data folder", found, "little room for models and history: choose another with --data");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Finding(Verdict.Missing, "data folder", problem.Message, "choose a folder that can be written to with --data");
        }
    }
}
