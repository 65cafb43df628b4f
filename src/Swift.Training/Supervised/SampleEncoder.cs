using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Models;

namespace Swift.Training.Supervised;

/// <summary>Rows as positions, with the rows that do not fit or teach nothing counted.</summary>
internal static class SampleEncoder
{
    /// <param name="maxLength">Longest sample in positions.</param>
    /// <exception cref="SwiftException">
    /// Bad input: <c>truncation_strategy_unknown</c>, <c>dataset_unusable</c> (nothing is left), <c>dataset_row_invalid</c> (strict).
    /// </exception>
    public static IReadOnlyList<EncodedSample> Encode(
        IReadOnlyList<DataRow> rows, CausalLanguageModel model, DataSpec data, int maxLength, DroppedRowCounter dropped, CancellationToken ct)
    {
        if (data.TruncationStrategy is not ("delete" or "left" or "right"))
        {
            throw SwiftException.BadInput("truncation_strategy_unknown",
                $"truncation_strategy: '{data.TruncationStrategy}' is unknown. Known: delete, left, right.");
        }

        var samples = new EncodedSample?[rows.Count];
        var reasons = new string?[rows.Count];
        Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = ct },
            i => (samples[i], reasons[i]) = Encode(rows[i], model, data, maxLength));
        for (var i = 0; i < rows.Count; i++)
        {
            if (reasons[i] is not { } reason)
                continue;
            if (data.Strict)
                throw SwiftException.BadInput("dataset_row_invalid", $"Line {rows[i].Line} of data set '{rows[i].Dataset}' cannot be used ({reason}), and strict is on.");
            dropped.Add(rows[i].Dataset, reason, rows[i].Line);
        }

        var usable = samples.OfType<EncodedSample>().ToArray();
        return usable.Length > 0
            ? usable
            : throw SwiftException.BadInput("dataset_unusable", $"No row can be learned from with max_length {maxLength}: {dropped}.");
    }

    private static (EncodedSample? Sample, string? Reason) Encode(DataRow row, CausalLanguageModel model, DataSpec data, int maxLength)
    {
        int[] ids;
        bool[] loss;
        try
        {
            (ids, loss) = model.Template.Encode(model.Tokenizer, row.Messages, data.LossScale);
        }
        catch (SwiftException exception) when (exception.Reason.Kind == FailureKind.BadInput)
        {
            return (null, exception.Reason.Code);
        }

        if (ids.Length > maxLength)
        {
            if (data.TruncationStrategy == "delete")
                return (null, "too_long");
            var range = data.TruncationStrategy == "left" ? ^maxLength.. : ..maxLength;
            (ids, loss) = (ids[range], loss[range]);
        }

        var sample = new EncodedSample(ids, loss);
        return sample.LabelCount == 0 ? (null, "nothing_to_learn") : (sample, null);
    }
}
