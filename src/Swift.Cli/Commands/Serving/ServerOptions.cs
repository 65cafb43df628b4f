using System.CommandLine;
using System.Net;
using Swift.Api.Access;
using Swift.Api.Audit;
using Swift.Api.Limits;
using Swift.Api.Webhooks;
using Swift.Cli.Hosting;
using Swift.Cli.Terminal;
using Swift.Hosting.Bus;
using Swift.Hosting.Workers;

namespace Swift.Cli.Commands.Serving;

/// <summary>Options that the server commands share, each created for the command that adds it.</summary>
internal sealed class ServerOptions
{
    /// <summary>In the environment, because command lines can be read by everybody on a machine.</summary>
    public const string AdminKeyVariable = "SWIFT_ADMIN_KEY";

    /// <summary>Keys of the OpenAI-compatible endpoints of rollout workers, separated by commas.</summary>
    public const string ServingKeysVariable = "SWIFT_SERVING_KEYS";

    /// <summary>What <c>--bus</c> says, with its password.</summary>
    public const string BusVariable = "SWIFT_BUS";

    private const string DatabaseVariable = "SWIFT_DATABASE";

    private static readonly LimitSettings Limits = new();

    public Option<string> Data { get; } = DataFolder.CreateOption();

    public Option<string> Artifacts { get; } = new("--artifacts") { Description = "Folder of the artifacts. Default: in the data folder", HelpName = "DIR" };

    public Option<string> Database { get; } = new("--database")
    {
        Description = $"PostgreSQL by connection string. Default: {DatabaseVariable}, or one of its own in the data folder",
        HelpName = "CONNECTION",
    };

    public Option<string> Bus { get; } = new("--bus")
    {
        Description = $"RabbitMQ: rabbitmq://user:password@host/vhost. Default: {BusVariable}, or in memory, inside this process",
        HelpName = "ADDRESS",
    };

    public Option<int> Port { get; } = new("--port") { Description = "Port of the API", DefaultValueFactory = _ => ServerSettings.DefaultPort };

    public Option<string> Listen { get; } = new("--listen")
    {
        Description = "IP address to listen on; beyond the loopback, put TLS in front of it",
        DefaultValueFactory = _ => ServerSettings.Loopback,
    };

    public Option<string> AuditKey { get; } = new("--audit_key") { Description = "Key that signs the audit log, PEM. Default: in the data folder", HelpName = "FILE" };

    public Option<string> AuditAnchors { get; } = new("--audit_anchors")
    {
        Description = "Signed heads of the audit log are appended to this file. Default: in the data folder",
        HelpName = "FILE",
    };

    public Option<int?> RateLimit { get; } = new("--rate_limit")
    {
        Description = $"Requests per second that each caller may make for long; 0 = any number. Default: {Limits.RequestsPerSecond}",
        HelpName = "N",
    };

    public Option<long?> BodyLimit { get; } = new("--body_limit")
    {
        Description = $"Largest body of a request, in bytes. Default: {Limits.BodyBytes}",
        HelpName = "BYTES",
    };

    public Option<string[]> DataRoots { get; } = new("--data_roots")
    {
        Description = "Folders that pipelines may name files in. Default: everywhere on the loopback, nowhere with --listen",
        HelpName = "DIR",
        AllowMultipleArgumentsPerToken = true,
    };

    public OidcOptions Oidc { get; } = new();

    public Option<string[]> WebhookAllow { get; } = new("--webhook_allow")
    {
        Description = "Internal hosts, addresses and networks that webhooks may lead to. Default: none",
        HelpName = "HOST",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <param name="defaultFolder">The data folder where none is given; null = that of every command.</param>
    public ServerSettings Read(CommandRun run, string? defaultFolder = null)
    {
        var data = DataFolder.Resolve(run.Get(Data) ?? defaultFolder);
        var artifacts = run.Get(Artifacts) is { } given ? Path.GetFullPath(given) : Path.Combine(data, "artifacts");
        var audit = AuditSettings.In(data);
        var bus = run.Get(Bus, BusVariable) is { } address ? BusAddress.Read(address) : null;
        return new ServerSettings(data, artifacts, run.Get(Database, DatabaseVariable), new BusSettings(bus), ReadListen(run), ReadPort(run),
            new AuditSettings(run.Get(AuditKey) ?? audit.KeyFile, run.Get(AuditAnchors) ?? audit.AnchorFile))
        {
            AdminKey = ReadAdminKey(),
            Limits = ReadLimits(run),
            Oidc = Oidc.Read(run),
            Webhooks = new WebhookSettings { Allowed = run.Get(WebhookAllow) ?? [] },
            Workers = new WorkerSettings { ServingKeys = ReadServingKeys() },
            DataRoots = run.Get(DataRoots) is { Length: > 0 } roots ? [.. roots.Select(Path.GetFullPath)] : null,
        };
    }

    private LimitSettings ReadLimits(CommandRun run)
    {
        var (rate, body) = (run.Get(RateLimit) ?? Limits.RequestsPerSecond, run.Get(BodyLimit) ?? Limits.BodyBytes);
        if (rate < 0)
            throw new UsageException($"--rate_limit {rate}: is 0 (any number) or more.");
        if (body < 1)
            throw new UsageException($"--body_limit {body}: is 1 or more.");
        return Limits with { RequestsPerSecond = rate, BodyBytes = body };
    }

    private static string? ReadAdminKey()
    {
        if (Environment.GetEnvironmentVariable(AdminKeyVariable) is not { Length: > 0 } key)
            return null;
        return key.Length >= AccessSettings.ShortestAdminKey
            ? key
            : throw new UsageException($"{AdminKeyVariable} has {key.Length} characters; take at least {AccessSettings.ShortestAdminKey} random ones, such as `openssl rand -hex 32` prints.");
    }

    private static string[] ReadServingKeys() =>
        (Environment.GetEnvironmentVariable(ServingKeysVariable) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private string ReadListen(CommandRun run)
    {
        var listen = run.Get(Listen) ?? ServerSettings.Loopback;
        return listen == "localhost" || IPAddress.TryParse(listen, out _)
            ? listen
            : throw new UsageException($"--listen {listen}: write the IP address of an interface of this machine, 0.0.0.0 for all, or localhost.");
    }

    private int ReadPort(CommandRun run) => run.Get(Port) is >= 0 and <= IPEndPoint.MaxPort and var port
        ? port
        : throw new UsageException($"--port {run.Get(Port)}: is 0 (any that is free) to {IPEndPoint.MaxPort}.");
}
