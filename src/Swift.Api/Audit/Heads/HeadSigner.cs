using Marten;
using Npgsql;
using Swift.Api.Audit.Log;
using Swift.Api.Errors;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Heads;

/// <summary>
/// Signs what the log has become, at most once a second, after checking that it still begins with what was signed before.
/// A log that does not is not signed again: it was tampered with, or an old backup came back.
/// </summary>
internal sealed class HeadSigner(IDocumentStore store, AuditSettings settings, TimeProvider time, ILogger<HeadSigner> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly SigningKey? _key = settings.KeyFile is { } file ? SigningKey.Open(file) : null;
    private readonly AnchorFile? _anchors = settings.AnchorFile is { } file ? new AnchorFile(file) : null;
    private TreeHead? _anchored;

    /// <summary>The newest head that this node knows of.</summary>
    public TreeHead? Newest { get; private set; }

    /// <summary>Why no heads are signed; null when they are.</summary>
    public string? Problem { get; private set; }

    public VerificationKey? PublicKey => _key?.PublicKey;

    public override void Dispose()
    {
        _key?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SignAsync(stoppingToken);
                Problem = null;
            }
            catch (NpgsqlException e) when (e.IsAway())
            {
                logger.LogDebug(e, "The database does not answer; the audit log is signed when it does");
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                if (Problem != e.Message) logger.LogCritical(e is BrokenLogException or IOException ? null : e, "The audit log is not signed: {Reason}", e.Message);
                Problem = e.Message;
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SignAsync(CancellationToken ct)
    {
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(ct);
        Newest = await HeadQueries.NewestAsync(connection, ct);
        if (_key is null) return;
        _anchored ??= _anchors?.Last();
        await CheckAsync(connection, _anchored, "anchored outside of the database", ct);
        if ((await LogQueries.EndAsync(connection, ct)).Size == (Newest?.TreeSize ?? 0)) return;

        await using var transaction = await connection.BeginTransactionAsync(ct);
        await LogQueries.LockAsync(connection, ct);
        var (size, before) = ((await LogQueries.EndAsync(connection, ct)).Size, await HeadQueries.NewestAsync(connection, ct));
        await CheckAsync(connection, before, "signed", ct);
        if (size == (before?.TreeSize ?? 0)) return;
        var head = Anchored(size, await LogQueries.RootAsync(connection, size, ct));
        await HeadQueries.InsertAsync(connection, head, ct);
        await transaction.CommitAsync(ct);
        Newest = head;
    }

    /// <summary>A head that is outside of the database: the one that already is, when it could not be put into the database, or a new one.</summary>
    private TreeHead Anchored(long size, byte[] root)
    {
        if (_anchored is { } kept && kept.TreeSize == size && kept.RootHash == Convert.ToHexStringLower(root) && PublicKey!.Verifies(kept)) return kept;
        var head = _key!.Sign(size, root, time.GetUtcNow().UtcDateTime);
        _anchors?.Append(head);
        return _anchored = head;
    }

    private static async Task CheckAsync(NpgsqlConnection connection, TreeHead? before, string how, CancellationToken ct)
    {
        if (before is null) return;
        var size = (await LogQueries.EndAsync(connection, ct)).Size;
        if (size < before.TreeSize)
        {
            throw new BrokenLogException($"{before.TreeSize} events were {how} at {before.Timestamp}, and the log holds {size}. Run swift audit verify.");
        }
        if (Convert.ToHexStringLower(await LogQueries.RootAsync(connection, before.TreeSize, ct)) != before.RootHash)
        {
            throw new BrokenLogException($"The log does not begin with the {before.TreeSize} events that were {how} at {before.Timestamp}. Run swift audit verify.");
        }
    }
}
