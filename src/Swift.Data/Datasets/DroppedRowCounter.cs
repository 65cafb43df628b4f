using Swift.Contracts.Experiments;

namespace Swift.Data.Datasets;

/// <summary>Counts rows that were not used, by data set and reason.</summary>
public sealed class DroppedRowCounter
{
    /// <summary>Line numbers kept of one reason.</summary>
    public const int MaximumLines = 20;

    private readonly SortedDictionary<(string Dataset, string Reason), (int Count, List<int> Lines)> _dropped =
        new(Comparer<(string Dataset, string Reason)>.Create((a, b) =>
            string.CompareOrdinal(a.Dataset, b.Dataset) is var order and not 0 ? order : string.CompareOrdinal(a.Reason, b.Reason)));

    /// <summary>Rows counted so far.</summary>
    public int Total { get; private set; }

    public void Add(string dataset, string reason, int line)
    {
        Total++;
        var (count, lines) = _dropped.TryGetValue((dataset, reason), out var entry) ? entry : (0, []);
        if (lines.Count < MaximumLines)
            lines.Add(line);
        _dropped[(dataset, reason)] = (count + 1, lines);
    }

    /// <summary>Goes on from what was counted earlier.</summary>
    public void Add(IEnumerable<DroppedRows> counted)
    {
        foreach (var rows in counted)
        {
            Total += rows.Count;
            var (count, lines) = _dropped.TryGetValue((rows.Dataset, rows.Reason), out var entry) ? entry : (0, []);
            _dropped[(rows.Dataset, rows.Reason)] = (count + rows.Count, [.. lines.Concat(rows.Lines).Take(MaximumLines)]);
        }
    }

    /// <summary>What was counted, by data set and reason.</summary>
    public IReadOnlyList<DroppedRows> ToList() =>
        _dropped.Select(entry => new DroppedRows(entry.Key.Dataset, entry.Key.Reason, entry.Value.Count, entry.Value.Lines.ToArray())).ToArray();

    /// <summary>For a message: <c>bad_json 3 (lines 1, 7, 9)</c>.</summary>
    public override string ToString() => Text(ToList());

    /// <summary>Any of them, for a message.</summary>
    public static string Text(IEnumerable<DroppedRows> dropped) => string.Join("; ", dropped.Select(d =>
        $"{d.Reason} {d.Count} ({(d.Count == 1 ? "line" : "lines")} {string.Join(", ", d.Lines)}{(d.Count > d.Lines.Count ? ", …" : "")})"));
}
