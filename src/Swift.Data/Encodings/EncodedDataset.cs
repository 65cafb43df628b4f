using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;

namespace Swift.Data.Encodings;

/// <summary>An encoded data set, mapped into memory: samples are read where they lie, so a data set may be larger than the memory.</summary>
public sealed class EncodedDataset : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long[] _sampleEnds;
    private readonly long[] _rowEnds;
    private readonly int[] _lines;
    private readonly int[] _rowFiles;
    private readonly int[] _rowReasons;
    private readonly EncodedDatasetFacts _facts;

    private EncodedDataset(MemoryMappedFile map, MemoryMappedViewAccessor view, ReadOnlySpan<byte> header)
    {
        (_map, _view) = (map, view);
        Tokens = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        var samples = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        var rows = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        var facts = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
        var offset = EncodedDatasetLayout.HeaderSize + (Tokens * sizeof(int));
        _sampleEnds = Read<long>(ref offset, samples, sizeof(long));
        _rowEnds = Read<long>(ref offset, rows, sizeof(long));
        _lines = Read<int>(ref offset, rows, sizeof(int));
        _rowFiles = Read<int>(ref offset, rows, sizeof(int));
        _rowReasons = Read<int>(ref offset, rows, sizeof(int));
        _facts = JsonSerializer.Deserialize<EncodedDatasetFacts>(Read<byte>(ref offset, facts, 1), SwiftJson.Options)!;
    }

    /// <summary>Opens a file that <see cref="EncodedDatasetWriter"/> completed; null when there is none, or it is of another version.</summary>
    public static EncodedDataset? Find(string path)
    {
        if (!File.Exists(path))
            return null;
        var header = new byte[EncodedDatasetLayout.HeaderSize];
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0))
        {
            if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length ||
                !header.AsSpan().StartsWith(EncodedDatasetLayout.Magic) ||
                BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)) != EncodedDatasetLayout.Version)
                return null;
        }

        var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        return new EncodedDataset(map, view, header);
    }

    /// <summary>Tokens of all samples.</summary>
    public long Tokens { get; }

    /// <summary>Rows that were encoded, whether or not they became samples.</summary>
    public int RowCount => _rowEnds.Length;

    /// <summary>Rows that were read but never encoded, by path inside the data set.</summary>
    public IReadOnlyList<DroppedRows> Unusable => _facts.Unusable;

    /// <summary>The samples of a row; empty when it was dropped.</summary>
    public Range SamplesOf(int row) => (int)(row == 0 ? 0 : _rowEnds[row - 1])..(int)_rowEnds[row];

    /// <summary>Why a row became no sample; null when it did.</summary>
    public string? ReasonOf(int row) => _rowReasons[row] == EncodedDatasetLayout.Kept ? null : _facts.Reasons[_rowReasons[row]];

    /// <summary>Where a row came from: path inside the data set, <c>""</c> when it is a single file, and line.</summary>
    public (string File, int Line) OriginOf(int row) => (_facts.Files[_rowFiles[row]], _lines[row]);

    /// <summary>Positions of a sample.</summary>
    public int LengthOf(int sample) => (int)(_sampleEnds[sample] - StartOf(sample));

    /// <summary>Reads a sample.</summary>
    public EncodedSample Sample(int sample)
    {
        var ids = new int[LengthOf(sample)];
        var learned = new bool[ids.Length];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(EncodedDatasetLayout.HeaderSize + (StartOf(sample) * sizeof(int))), ids.AsSpan());
        for (var i = 0; i < ids.Length; i++)
        {
            learned[i] = ids[i] < 0;
            ids[i] &= ~EncodedDatasetLayout.LearnedBit;
        }

        return new EncodedSample(ids, learned);
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }

    private long StartOf(int sample) => sample == 0 ? 0 : _sampleEnds[sample - 1];

    private T[] Read<T>(ref long offset, long count, int size) where T : unmanaged
    {
        var values = new T[count];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)offset, values.AsSpan());
        offset += count * size;
        return values;
    }
}
