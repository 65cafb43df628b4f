using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Npgsql;
using Swift.Api.Audit.Canonical;

namespace Swift.Api.Audit.Log;

/// <summary>
/// A stored event as the leaf of the log: the canonical form of every column but <c>is_archived</c>, which may change.
/// Read from the columns themselves, not from what the event store makes of them. The format is in docs/audit.md.
/// </summary>
/// <param name="Time">That the event claims, UTC.</param>
/// <param name="Content">Canonical JSON, UTF-8: what is hashed.</param>
internal sealed record EventLeaf(EventPlace Place, DateTime Time, byte[] Content)
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 1024 };

    /// <summary>What <see cref="Read"/> needs of <c>swift.mt_events e</c>, in its order.</summary>
    internal const string Columns =
        "e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.tenant_id, e.mt_dotnet_type, e.user_name, e.correlation_id, e.causation_id, e.headers::text, e.data::text, encode(e.bdata, 'hex')";

    /// <param name="first">Where the columns begin.</param>
    /// <exception cref="JsonException">The data are nested deeper than any that were ever written.</exception>
    internal static EventLeaf Read(NpgsqlDataReader row, int first)
    {
        var place = new EventPlace(row.GetInt64(first), row.GetGuid(first + 1), row.GetGuid(first + 2), row.GetInt64(first + 3), row.GetString(first + 4));
        var time = row.GetDateTime(first + 5);
        var to = new ArrayBufferWriter<byte>(1024);
        to.Write("{\"actor\":"u8);
        Text(8);
        to.Write(",\"binary\":"u8);
        Text(13);
        to.Write(",\"causation\":"u8);
        Text(10);
        to.Write(",\"correlation\":"u8);
        Text(9);
        to.Write(",\"data\":"u8);
        Json(12);
        to.Write(",\"dotnet_type\":"u8);
        Text(7);
        to.Write(",\"headers\":"u8);
        Json(11);
        Number(",\"id\":\"", place.Id, "\"");
        Number(",\"sequence\":", place.Sequence, "");
        Number(",\"stream\":\"", place.Stream, "\"");
        to.Write(",\"tenant\":"u8);
        Text(6);
        Number(",\"timestamp\":\"", time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture), "\"");
        to.Write(",\"type\":"u8);
        CanonicalJson.WriteString(to, place.Type);
        Number(",\"version\":", place.Version, "}");
        return new EventLeaf(place, time, to.WrittenSpan.ToArray());

        void Number(string before, object value, string after) =>
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{before}{value}{after}"), to);

        void Text(int column)
        {
            if (row.IsDBNull(first + column)) to.Write("null"u8);
            else CanonicalJson.WriteString(to, row.GetString(first + column));
        }

        void Json(int column)
        {
            if (row.IsDBNull(first + column))
            {
                to.Write("null"u8);
                return;
            }
            using var document = JsonDocument.Parse(row.GetString(first + column), Deep);
            CanonicalJson.Write(to, document.RootElement);
        }
    }
}

/// <summary>Where an event is: what an auditor is told when something is wrong with it.</summary>
internal readonly record struct EventPlace(long Sequence, Guid Id, Guid Stream, long Version, string Type)
{
    public override string ToString() => $"event {Sequence} ({Type} {Id}, version {Version} of stream {Stream})";
}
