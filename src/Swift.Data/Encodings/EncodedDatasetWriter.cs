using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;

namespace Swift.Data.Encodings;

/// <summary>Writes an encoded data set row by row. What it holds per row are a few numbers; the tokens go to the file.</summary>
public sealed class EncodedDatasetWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly List<long> _sampleEnds = [];
    private readonly List<long> _rowEnds = [];
    private readonly List<int> _lines = [];
    private readonly List<int> _rowFiles = [];
    private readonly List<int> _rowReasons = [];
    private readonly List<LossScaleRun> _scales = [];
    private readonly IncrementalHash _checksum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _files = [];
    private readonly List<string> _reasons = [];
    private long _tokens;

    /// <param name="path">Exists, whole, when <see cref="Complete"/> has returned; not before.</param>
    public EncodedDatasetWriter(string path)
    {
        _path = path;
        _file = new FileStream(path + $".{Guid.NewGuid():N}.part", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        _file.Write(new byte[EncodedDatasetLayout.HeaderSize]);
    }

    /// <summary>Adds a row that became samples.</summary>
    /// <param name="file">Path inside the data set; <c>""</c> when it is a single file.</param>
    public void Add(string file, int line, IReadOnlyList<EncodedSample> samples)
    {
        foreach (var sample in samples)
        {
            var tokens = new int[sample.Ids.Length];
            for (var i = 0; i < tokens.Length; i++)
                tokens[i] = sample.Learned[i] ? sample.Ids[i] | EncodedDatasetLayout.LearnedBit : sample.Ids[i];
            Write(MemoryMarshal.AsBytes<int>(tokens));
            AddScales(sample);
            _sampleEnds.Add(_tokens += tokens.Length);
        }

        AddRow(file, line, EncodedDatasetLayout.Kept);
    }

    /// <summary>Adds a row that became none.</summary>
    public void AddDropped(string file, int line, string reason) => AddRow(file, line, IndexOf(_reasons, reason));

    /// <summary>Writes the rest and gives the file its name.</summary>
    /// <param name="unusable">Rows that were not encoded at all, by path inside the data set.</param>
    public void Complete(IReadOnlyList<DroppedRows> unusable)
    {
        WriteNumbers(_sampleEnds);
        WriteNumbers(_rowEnds);
        WriteNumbers(_lines);
        WriteNumbers(_rowFiles);
        WriteNumbers(_rowReasons);
        WriteNumbers(_scales);
        var facts = JsonSerializer.SerializeToUtf8Bytes(new EncodedDatasetFacts(_files, _reasons, unusable), SwiftJson.Options);
        Write(facts);
        var header = new EncodedDatasetHeader(_tokens, _sampleEnds.Count, _rowEnds.Count, facts.Length, _scales.Count).Write(_checksum.GetHashAndReset());
        _file.Position = 0;
        _file.Write(header);
        _file.Dispose();
        File.Move(_file.Name, _path, overwrite: true);
    }

    /// <summary>Removes what was not completed.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _checksum.Dispose();
        File.Delete(_file.Name);
    }

    private void AddScales(EncodedSample sample)
    {
        for (var at = 0; at < sample.LossScale?.Length;)
        {
            var (start, scale) = (at, sample.LossScale[at]);
            while (at < sample.LossScale.Length && sample.LossScale[at] == scale)
                at++;
            if (scale is not (0 or 1))
                _scales.Add(new LossScaleRun(_tokens + start, at - start, scale));
        }
    }

    private void AddRow(string file, int line, int reason)
    {
        _rowEnds.Add(_sampleEnds.Count);
        _lines.Add(line);
        _rowFiles.Add(IndexOf(_files, file));
        _rowReasons.Add(reason);
    }

    /// <summary>Rows come file by file, and reasons are few: the last entries are looked at first.</summary>
    private static int IndexOf(List<string> words, string word)
    {
        var index = words.LastIndexOf(word);
        if (index >= 0)
            return index;
        words.Add(word);
        return words.Count - 1;
    }

    private void WriteNumbers<T>(List<T> numbers) where T : unmanaged => Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _checksum.AppendData(bytes);
        _file.Write(bytes);
    }
}
