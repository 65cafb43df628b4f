using System.Net;
using Swift.Api.Access.Tokens;
using Swift.Api.Audit;
using Swift.Api.Limits;
using Swift.Api.Webhooks;
using Swift.Hosting.Bus;
using Swift.Hosting.Workers;

namespace Swift.Cli.Hosting;

/// <summary>What a server process is told on the command line.</summary>
/// <param name="DataFolder">Holds the database when Swift runs its own, and the artifacts unless they lie elsewhere.</param>
/// <param name="Database">Connection string; null = a PostgreSQL of its own in the data folder.</param>
/// <param name="Listen">IP address to listen on, or <c>localhost</c>; loopback unless said otherwise. Of any other name, the web server would make every address of the machine.</param>
/// <param name="Audit">What signs the audit log, and where heads of it are kept; null = it is not signed.</param>
internal sealed record ServerSettings(string DataFolder, string ArtifactFolder, string? Database, BusSettings Bus, string Listen, int Port, AuditSettings? Audit = null)
{
    public const int DefaultPort = 5005;
    public const string Loopback = "127.0.0.1";

    /// <summary>A key with the role admin that the operator chose; null = only the one in the data folder.</summary>
    public string? AdminKey { get; init; }

    /// <summary>Folders that pipelines may name files in; null = everywhere on the loopback, nowhere beyond it.</summary>
    public IReadOnlyList<string>? DataRoots { get; init; }

    /// <summary>Whose bearer tokens are taken beside keys; null = nobody's.</summary>
    public OidcSettings? Oidc { get; init; }

    /// <summary>Where webhooks may lead.</summary>
    public WebhookSettings Webhooks { get; init; } = new();

    /// <summary>How much one caller may ask.</summary>
    public LimitSettings Limits { get; init; } = new();

    /// <summary>What workers of this process are told.</summary>
    public WorkerSettings Workers { get; init; } = new();

    /// <summary>Only this machine reaches it.</summary>
    public bool IsLoopback => Listen == "localhost" || (IPAddress.TryParse(Listen, out var address) && IPAddress.IsLoopback(address));

    public Uri Url => new UriBuilder(Uri.UriSchemeHttp, Listen, Port).Uri;
}
