using Swift.Contracts.Experiments;
using Swift.Data.Datasets;
using Swift.Data.Encodings;
using Swift.Data.Reports;
using Swift.Models;

namespace Swift.Training.Supervised;

/// <summary>The samples of a stage in the order of its rows, read from encoded data sets; those that are not there yet are made.</summary>
internal sealed class SegmentSamples : IDisposable
{
    private readonly List<EncodedDataset> _datasets = [];
    private readonly List<(int Dataset, int Sample)> _samples = [];
    private readonly List<(int Dataset, int Sample)> _heldOut = [];
    private readonly DirectoryInfo? _temporary;

    /// <exception cref="SwiftException">
    /// Bad input of the reader and the encoding; <c>dataset_empty</c>, <c>dataset_unusable</c> (nothing is left), <c>dataset_row_invalid</c> (strict).
    /// </exception>
    public SegmentSamples(SupervisedSegment segment, CausalLanguageModel model, int maxLength, CancellationToken ct)
    {
        _temporary = segment.EncodingFolder is null ? Directory.CreateTempSubdirectory("swift-encoding-") : null;
        try
        {
            var encoding = new DatasetEncoding(model.Tokenizer, model.Template, segment.Data, maxLength);
            foreach (var dataset in segment.Datasets)
                _datasets.Add(Open(segment, dataset, encoding, maxLength, ct));
            Report = Choose(segment, maxLength);
            Lengths = LengthsOf(_samples);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Positions of every sample.</summary>
    public IReadOnlyList<int> Lengths { get; }

    public DataReport Report { get; }

    /// <summary>Samples that are not learned from, one at a time.</summary>
    public IEnumerable<EncodedSample> HeldOut => _heldOut.Select(place => _datasets[place.Dataset].Sample(place.Sample));

    public EncodedSample this[int index] => _datasets[_samples[index].Dataset].Sample(_samples[index].Sample);

    public void Dispose()
    {
        foreach (var dataset in _datasets)
            dataset.Dispose();
        _temporary?.Delete(recursive: true);
    }

    private EncodedDataset Open(SupervisedSegment segment, DatasetFile dataset, DatasetEncoding encoding, int maxLength, CancellationToken ct)
    {
        var path = _temporary is not null
            ? Path.Combine(_temporary.FullName, _datasets.Count.ToString())
            : Path.Combine(segment.EncodingFolder!, EncodingKey.Of(dataset, segment.CheckpointFolder ?? segment.ModelFolder, segment.Data, maxLength));
        if (EncodedDataset.Find(path) is { } there)
            return there;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        encoding.Write(dataset, path, ct);
        return EncodedDataset.Find(path)!;
    }

    private DataReport Choose(SupervisedSegment segment, int maxLength)
    {
        foreach (var (dataset, file) in _datasets.Zip(segment.Datasets))
        {
            if (dataset.RowCount == 0)
                throw DatasetReader.NothingUsable(file, Unusable(dataset, file));
        }

        int[] usable = [.. _datasets.Select(dataset => dataset.RowCount)];
        var used = new int[usable.Length];
        foreach (var place in RowOrder.Of(usable, [.. segment.Datasets.Select(file => file.Rows)], segment.Data, segment.Seed))
            used[place.Dataset] += Add(place, _samples) ? 1 : 0;
        foreach (var place in RowOrder.HeldOut(usable, segment.Data, segment.Seed))
            Add(place, _heldOut);

        DatasetReport[] reports = [.. _datasets.Select((dataset, i) => ReportOf(dataset, segment.Datasets[i], used[i]))];
        if (segment.Data.Strict && reports.SelectMany(report => report.Dropped).MinBy(rows => rows.Lines[0]) is { } bad)
            throw DatasetReader.RowInvalid(bad.Dataset, bad.Lines[0], bad.Reason);
        if (_samples.Count == 0)
        {
            throw SwiftException.BadInput("dataset_unusable",
                $"No row can be learned from with max_length {maxLength}: {DroppedRowCounter.Text(reports.SelectMany(report => report.Dropped))}.");
        }

        return new DataReport(reports, LengthSummary.Of(LengthsOf(_samples))) { HeldOut = LengthSummary.Of(LengthsOf(_heldOut)) };
    }

    /// <returns>False when the row became no sample.</returns>
    private bool Add(RowPlace place, List<(int Dataset, int Sample)> to)
    {
        var samples = _datasets[place.Dataset].SamplesOf(place.Row);
        for (var sample = samples.Start.Value; sample < samples.End.Value; sample++)
            to.Add((place.Dataset, sample));
        return samples.End.Value > samples.Start.Value;
    }

    private int[] LengthsOf(List<(int Dataset, int Sample)> places) => [.. places.Select(place => _datasets[place.Dataset].LengthOf(place.Sample))];

    private static DatasetReport ReportOf(EncodedDataset dataset, DatasetFile file, int used)
    {
        var notEncoded = new DroppedRowCounter();
        var lengths = new List<int>();
        var kept = 0;
        for (var row = 0; row < dataset.RowCount; row++)
        {
            if (dataset.ReasonOf(row) is { } reason)
            {
                var (inside, line) = dataset.OriginOf(row);
                notEncoded.Add(NameOf(file, inside), reason, line);
                continue;
            }

            kept++;
            var samples = dataset.SamplesOf(row);
            for (var sample = samples.Start.Value; sample < samples.End.Value; sample++)
                lengths.Add(dataset.LengthOf(sample));
        }

        DroppedRows[] dropped = [.. Unusable(dataset, file), .. notEncoded.ToList()];
        return new DatasetReport(file.Name, kept + dropped.Sum(rows => rows.Count), kept, used, dropped, LengthSummary.Of(lengths));
    }

    private static DroppedRows[] Unusable(EncodedDataset dataset, DatasetFile file) =>
        [.. dataset.Unusable.Select(rows => rows with { Dataset = NameOf(file, rows.Dataset) })];

    private static string NameOf(DatasetFile file, string inside) => inside.Length == 0 ? file.Name : file.NameOf(inside);
}
