using System.Text.Json;
using Npgsql;
using Swift.Api.Audit.Log;
using Swift.Api.Audit.Merkle;

namespace Swift.Api.Audit.Verification;

/// <summary>From the store to the leaves: every leaf has its event, as it was when it was sealed, and every event its leaf.</summary>
internal sealed class LeafVerification(NpgsqlConnection connection, EventOrder order, Findings findings)
{
    private const int Page = 10_000;

    /// <summary>Sealing takes a second or two; a node that stands in for another's daemon, some more.</summary>
    private static readonly TimeSpan SealedWithin = TimeSpan.FromSeconds(60);

    /// <returns>The tree over the leaves as the log has them.</returns>
    internal async Task<MerkleTree> RunAsync(CancellationToken ct)
    {
        var tree = new MerkleTree();
        var size = (await LogQueries.EndAsync(connection, ct)).Size;
        for (long first = 0; first < size; first += Page)
        {
            if (!await PageAsync(tree, first, ct)) break;
        }
        return tree;
    }

    /// <summary>
    /// Events without a leaf: one before the end of the log was put in afterwards; one after it is not sealed yet, which is
    /// wrong only when it was not written just now, by the clock of the database.
    /// </summary>
    /// <returns>How many are not sealed yet.</returns>
    internal async Task<long> UnsealedAsync(CancellationToken ct)
    {
        var last = (await LogQueries.EndAsync(connection, ct)).Sequence;
        await using var query = new NpgsqlCommand(
            $"select e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp between now() - $1 and now() + $1 from swift.mt_events e where {LogQueries.IsEvent}"
            + " and not exists (select from swift.audit_leaves l where l.sequence = e.seq_id) order by e.seq_id", connection)
        {
            Parameters = { new() { Value = SealedWithin } },
        };
        await using var rows = await query.ExecuteReaderAsync(ct);
        var (unsealed, late, first) = (0L, 0L, default(EventPlace));
        while (await rows.ReadAsync(ct))
        {
            var place = new EventPlace(rows.GetInt64(0), rows.GetGuid(1), rows.GetGuid(2), rows.GetInt64(3), rows.GetString(4));
            if (place.Sequence <= last)
            {
                findings.Add("event_inserted", $"{place} is in the store and not in the log, which goes on to event {last}: it was put in afterwards.", place);
                continue;
            }
            unsealed++;
            if (rows.GetBoolean(5)) continue;
            if (late++ == 0) first = place;
        }
        if (late > 0)
        {
            findings.Add(
                "not_sealed", $"{late} events were not written in the last {SealedWithin.TotalSeconds:F0} seconds and are not in the log; the first is {first}. "
                + "Nothing shows whether they were altered. Is the API running, and what does its health check audit-log say?", first);
        }
        return unsealed;
    }

    private async Task<bool> PageAsync(MerkleTree tree, long first, CancellationToken ct)
    {
        await using var query = new NpgsqlCommand(
            $"select l.index, l.sequence, l.event_id, n.hash, {EventLeaf.Columns} from swift.audit_leaves l"
            + " left join swift.audit_nodes n on n.level = 0 and n.index = l.index left join swift.mt_events e on e.seq_id = l.sequence"
            + " where l.index >= $1 and l.index < $2 order by l.index", connection)
        {
            Parameters = { new() { Value = first }, new() { Value = first + Page } },
        };
        await using var rows = await query.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var index = rows.GetInt64(0);
            if (index != tree.Size || rows.IsDBNull(3))
            {
                findings.Add("leaf_missing", $"Leaf {tree.Size} is not in the log.", tree.Size);
                return false;
            }
            var sealedHash = rows.GetFieldValue<byte[]>(3);
            Compare(rows, index, sealedHash);
            tree.Append(sealedHash);
        }
        return true;
    }

    private void Compare(NpgsqlDataReader row, long index, byte[] sealedHash)
    {
        var (sequence, id) = (row.GetInt64(1), row.GetGuid(2));
        if (row.IsDBNull(4))
        {
            findings.Add("event_deleted", $"Event {sequence} ({id}), leaf {index}, is gone from the store.", new EventPlace(sequence, id, default, 0, ""), index);
            return;
        }
        var (place, leaf) = Read(row);
        if (leaf is null || !MerkleHash.Leaf(leaf.Content).AsSpan().SequenceEqual(sealedHash))
        {
            findings.Add("event_altered", $"{place}, leaf {index}, is not what was sealed.", place, index);
        }
        else if (place.Id != id)
        {
            findings.Add("leaf_altered", $"Leaf {index} names event {id}; what was sealed is {place}.", place, index);
        }
        else
        {
            order.Add(index, leaf);
        }
    }

    private static (EventPlace Place, EventLeaf? Leaf) Read(NpgsqlDataReader row)
    {
        try
        {
            var leaf = EventLeaf.Read(row, 4);
            return (leaf.Place, leaf);
        }
        catch (Exception e) when (e is JsonException or InvalidCastException or ArgumentOutOfRangeException)
        {
            // No event was ever written like that.
            return (new EventPlace(row.GetInt64(4), row.GetGuid(5), row.GetGuid(6), row.GetInt64(7), row.GetString(8)), null);
        }
    }
}
