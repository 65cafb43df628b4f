using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Reading;

namespace Swift.Data.Streaming;

/// <summary>One data set of a stream, and where it stands.</summary>
internal sealed class RowSource(DatasetFile file, DataSpec data, RowUse use, DroppedRowCounter dropped, StreamSource place, CancellationToken ct) : IDisposable
{
    private readonly RowParser _parser = new(data.Columns, data.System, use);
    private IEnumerator<(RawRow Row, SourcePosition Behind)>? _rows;

    public StreamSource Place { get; private set; } = place;

    /// <summary>The next usable row; null at the end, and then the first one again.</summary>
    /// <exception cref="SwiftException">Bad input: the reader's; there is no usable row.</exception>
    public DataRow? Next()
    {
        _rows ??= RawRows.Read(file, Place.Position, ct).GetEnumerator();
        while (Place.Usable < (file.Rows ?? int.MaxValue) && _rows.MoveNext())
        {
            var (raw, behind) = _rows.Current;
            Place = Place with { Position = behind };
            if (_parser.TryParse(raw, out var row) is not { } reason)
            {
                Place = Place with { Usable = Place.Usable + 1 };
                return row;
            }

            if (data.Strict)
                throw DatasetReader.RowInvalid(raw.File, raw.Line, reason);
            if (Place.Passes == 0)
                dropped.Add(raw.File, reason, raw.Line);
        }

        if (Place.Usable == 0)
            throw DatasetReader.NothingUsable(file, dropped.ToList());
        Place = new StreamSource(default, 0, Place.Passes + 1);
        Dispose();
        return null;
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _rows = null;
    }
}
