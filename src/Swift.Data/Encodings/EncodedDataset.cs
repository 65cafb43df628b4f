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
    private readonly LossScaleRun[] _scales;
    private readonly EncodedDatasetFacts _facts;

    private EncodedDataset(MemoryMappedFile map, MemoryMappedViewAccessor view, EncodedDatasetHeader header)
    {
        (_map, _view) = (map, view);
        Tokens = header.Tokens;
        var offset = EncodedDatasetLayout.HeaderSize + (Tokens * sizeof(int));
        _sampleEnds = Read<long>(ref offset, header.Samples, sizeof(long));
        _rowEnds = Read<long>(ref offset, header.Rows, sizeof(long));
        _lines = Read<int>(ref offset, header.Rows, sizeof(int));
        _rowFiles = Read<int>(ref offset, header.Rows, sizeof(int));
        _rowReasons = Read<int>(ref offset, header.Rows, sizeof(int));
        _scales = Read<LossScaleRun>(ref offset, header.LossScaleRuns, LossScaleRun.Size);
        _facts = JsonSerializer.Deserialize<EncodedDatasetFacts>(Read<byte>(ref offset, header.FactsBytes, 1), SwiftJson.Options)!;
    }

    /// <summary>Opens a file that <see cref="EncodedDatasetWriter"/> completed, and reads it through once to check it.</summary>
    /// <returns>Null when there is none, it is of another version, or a bit of it is not as it was written: it must be made again.</returns>
    public static EncodedDataset? Find(string path)
    {
        if (!File.Exists(path))
            return null;
        EncodedDatasetHeader? header;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan))
            header = EncodedDatasetHeader.Check(file);
        if (header is not { } whole)
            return null;
        var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        return new EncodedDataset(map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), whole);
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

        return new EncodedSample(ids, learned) { LossScale = ScalesOf(sample, learned) };
    }

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }

    private float[]? ScalesOf(int sample, bool[] learned)
    {
        var (start, end) = (StartOf(sample), _sampleEnds[sample]);
        var (run, behind) = (0, _scales.Length);
        while (run < behind)
        {
            var middle = (run + behind) / 2;
            if (_scales[middle].Start < start)
                run = middle + 1;
            else
                behind = middle;
        }

        if (run == _scales.Length || _scales[run].Start >= end)
            return null;
        var scales = Array.ConvertAll(learned, counts => counts ? 1f : 0f);
        for (; run < _scales.Length && _scales[run].Start < end; run++)
            scales.AsSpan((int)(_scales[run].Start - start), _scales[run].Length).Fill(_scales[run].Scale);
        return scales;
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
