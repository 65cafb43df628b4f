using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Cli.Terminal;
using Swift.Data.Reports;

namespace Swift.Cli.Commands.Data;

/// <summary>A data report for people.</summary>
internal static class DataReportView
{
    private const int LongestBar = 40;

    public static Rows Draw(DataReport report)
    {
        var parts = report.Datasets.SelectMany(Draw).ToList();
        if (report.Datasets.Count > 1 && report.Lengths.Samples > 0)
            parts.AddRange([new Text("all data sets"), .. Draw(report.Lengths)]);
        return new Rows(parts);
    }

    private static IEnumerable<IRenderable> Draw(DatasetReport report)
    {
        yield return new Text($"{report.Dataset}: {report.RowsKept} of {report.RowsRead} rows usable{(report.Complete ? "" : " (not all were looked at)")}");
        if (report.Dropped.Count > 0)
        {
            var table = Tables.Plain("unusable", "rows", "lines");
            foreach (var dropped in report.Dropped)
                table.AddRow(new Text(dropped.Reason), new Text(dropped.Count.ToString()), new Text(string.Join(", ", dropped.Lines) + (dropped.Count > dropped.Lines.Count ? ", …" : "")));
            yield return table;
        }

        foreach (var part in Draw(report.Lengths))
            yield return part;
    }

    private static IEnumerable<IRenderable> Draw(LengthSummary lengths)
    {
        if (lengths.Samples == 0)
            yield break;
        yield return new Text(
            $"{lengths.Samples} samples, {lengths.Tokens} tokens: {lengths.Shortest} to {lengths.Longest}, mean {lengths.Mean:F1}, median {lengths.Median}, 90 % up to {lengths.P90}, 99 % up to {lengths.P99}");
        var table = Tables.Plain("tokens", "samples", "");
        var most = lengths.Histogram.Max(bucket => bucket.Count);
        foreach (var bucket in lengths.Histogram)
            table.AddRow(new Text($"{bucket.From}–{bucket.To}"), new Text(bucket.Count.ToString()), new Text(new string('█', (int)Math.Ceiling((double)bucket.Count * LongestBar / most))));
        yield return table;
    }
}
