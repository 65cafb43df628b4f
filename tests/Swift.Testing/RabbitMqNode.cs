using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Swift.Testing;

/// <summary>
/// A RabbitMQ node of its own on the loopback interface, with its own Erlang port mapper, cookie and data, gone after the test.
/// It can be killed and started again on the same port with the same data.
/// </summary>
public sealed class RabbitMqNode : IAsyncDisposable
{
    // The program behind the distribution's wrapper: the wrapper changes the user, who then may not read our folder.
    private static readonly string[] Programs = ["/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server", "/usr/sbin/rabbitmq-server"];
    private static readonly string? Program = Programs.FirstOrDefault(File.Exists);

    private readonly TemporaryFolder _folder = new();
    private readonly int _distributionPort = FreePort.Take();
    private readonly int _mapperPort = FreePort.Take();
    private Process? _mapper;
    private Process? _server;

    private RabbitMqNode()
    {
    }

    /// <summary>Why tests that need a node are skipped; null when it is installed.</summary>
    public static string? Unavailable => Program is null ? "RabbitMQ is not installed (apt-get install rabbitmq-server)" : null;

    public int Port { get; } = FreePort.Take();

    /// <summary>For <c>BusSettings</c>.</summary>
    public Uri Address => new($"rabbitmq://guest:guest@127.0.0.1:{Port}/");

    public static async Task<RabbitMqNode> StartAsync(CancellationToken ct = default)
    {
        var node = new RabbitMqNode();
        try
        {
            await node.RestartAsync(ct);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>As <c>kill -9</c> does: no connection is closed, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        foreach (var process in new[] { _server, _mapper })
        {
            if (process is null) continue;
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        _server = _mapper = null;
    }

    /// <summary>
    /// Has the node write down which queues there are. RabbitMQ 3.10 keeps that in memory for some seconds; killed before, it comes back
    /// with a queue that never has a leader. Messages are not written by this: they are safe as soon as they are confirmed.
    /// </summary>
    public async Task WriteQueuesDownAsync(CancellationToken ct)
    {
        using var control = Start(Path.Combine(Path.GetDirectoryName(Program)!, "rabbitmqctl"), "-q", "-n", $"swift{Port}@localhost", "eval", "[ok = dets:sync(Table) || Table <- dets:all()].");
        await control.WaitForExitAsync(ct);
        if (control.ExitCode != 0)
            throw new InvalidOperationException($"rabbitmqctl ended with {control.ExitCode}:\n{await File.ReadAllTextAsync(_folder["output.txt"], ct)}");
    }

    /// <summary>Starts the node with the data it has, and waits until it takes connections.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        if (Program is null) throw new InvalidOperationException(Unavailable);
        await File.WriteAllTextAsync(_folder["enabled_plugins"], "[].\n", ct);
        await File.WriteAllTextAsync(_folder["rabbitmq.conf"], "disk_free_limit.absolute = 50MB\nloopback_users.guest = true\n", ct);
        _mapper = Start("epmd", "-port", _mapperPort.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1");
        _server = Start(Program);
        var patience = Stopwatch.StartNew();
        while (!await AcceptsAsync(ct))
        {
            if (_server.HasExited || patience.Elapsed > Patience.Longest)
                throw new InvalidOperationException($"RabbitMQ did not start:\n{await File.ReadAllTextAsync(_folder["output.txt"], ct)}");
            await Task.Delay(200, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Dispose();
    }

    private Process Start(string program, params string[] arguments)
    {
        // Into a file: helpers of a killed node may outlive it and hold a pipe open, and then waiting for its end takes for ever.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >>output.txt 2>&1", program, .. arguments]) { WorkingDirectory = _folder.Path };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = _folder.Path,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_NODENAME"] = $"swift{Port}@localhost",
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = Port.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
            ["RABBITMQ_CONFIG_FILE"] = _folder["rabbitmq.conf"],
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _folder["enabled_plugins"],
            ["RABBITMQ_MNESIA_BASE"] = _folder["mnesia"],
            ["RABBITMQ_LOG_BASE"] = _folder["log"],
            ["RABBITMQ_PID_FILE"] = _folder["pid"],
        }) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"Cannot start {program}.");
    }

    /// <summary>The broker answers a protocol header that it does not speak with the one it speaks: then it is up.</summary>
    private async Task<bool> AcceptsAsync(CancellationToken ct)
    {
        using var client = new TcpClient();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, patience.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\0\0"u8.ToArray(), patience.Token);
            var answer = new byte[4];
            await client.GetStream().ReadExactlyAsync(answer, patience.Token);
            return answer.AsSpan().SequenceEqual("AMQP"u8);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
