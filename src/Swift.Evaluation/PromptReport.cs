using Swift.Data.Datasets;
using Swift.Data.Reports;

namespace Swift.Evaluation;

/// <summary>What becomes of the data of a stage that asks a model: the same report that a stage makes that learns from data.</summary>
internal static class PromptReport
{
    /// <param name="asked">The rows that the stage takes, whether they can be asked or not; one that is taken twice is there twice.</param>
    public static DataReport Of(LoadedRows loaded, IEnumerable<DataRow> asked, PromptEncoder encoder, CancellationToken ct)
    {
        var lengths = new Dictionary<DataRow, (int Dataset, int Length)>(ReferenceEqualityComparer.Instance);
        DroppedRowCounter[] refused = [.. loaded.Datasets.Select(_ => new DroppedRowCounter())];
        for (var dataset = 0; dataset < refused.Length; dataset++)
        {
            foreach (var row in loaded.Datasets[dataset].Rows)
            {
                ct.ThrowIfCancellationRequested();
                var (prompt, reason) = encoder.TryEncode(row);
                if (prompt is not null)
                    lengths.Add(row, (dataset, prompt.Ids.Length));
                else
                    refused[dataset].Add(row.Dataset, reason!, row.Line);
            }
        }

        var used = asked.Where(lengths.ContainsKey).Select(row => lengths[row]).ToLookup(row => row.Dataset, row => row.Length);
        DatasetReport[] reports =
        [
            .. loaded.Datasets.Select((dataset, i) =>
            {
                int[] kept = [.. lengths.Values.Where(row => row.Dataset == i).Select(row => row.Length)];
                return new DatasetReport(
                    dataset.File.Name, dataset.Rows.Count + dataset.Dropped.Sum(rows => rows.Count), kept.Length, used[i].Count(),
                    [.. dataset.Dropped, .. refused[i].ToList()], LengthSummary.Of(kept));
            }),
        ];
        return new DataReport(reports, LengthSummary.Of([.. used.SelectMany(row => row)]));
    }
}
