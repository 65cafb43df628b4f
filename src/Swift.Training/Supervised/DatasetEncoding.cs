using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Encodings;
using Swift.Models.ChatTemplates;
using Swift.Models.Tokenizers;

namespace Swift.Training.Supervised;

/// <summary>Turns the rows of a data set into samples of positions, on all cores, a block of rows in memory at a time.</summary>
public sealed class DatasetEncoding
{
    private const int RowsOfBlock = 1024;

    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate _template;
    private readonly DataSpec _data;
    private readonly int _maxLength;

    /// <param name="maxLength">Longest sample in positions.</param>
    /// <exception cref="SwiftException">Bad input: <c>truncation_strategy_unknown</c>.</exception>
    public DatasetEncoding(Tokenizer tokenizer, ChatTemplate template, DataSpec data, int maxLength)
    {
        if (data.TruncationStrategy is not ("delete" or "left" or "right"))
        {
            throw SwiftException.BadInput("truncation_strategy_unknown",
                $"truncation_strategy: '{data.TruncationStrategy}' is unknown. Known: delete, left, right.");
        }

        (_tokenizer, _template, _data, _maxLength) = (tokenizer, template, data with { Strict = false }, maxLength);
    }

    /// <summary>Writes an encoded data set. Its bytes depend on the rows, the tokenizer, the template and the settings only; names of files that users chose are not in it.</summary>
    /// <exception cref="SwiftException">Bad input of the reader.</exception>
    public void Write(DatasetFile dataset, string path, CancellationToken ct)
    {
        var neutral = new DatasetFile(dataset.Path, null, "data" + Path.GetExtension(DatasetName.Parse(dataset.Name).Path));
        var unusable = new DroppedRowCounter();
        using var writer = new EncodedDatasetWriter(path);
        foreach (var block in DatasetReader.Read(neutral, _data, RowUse.Learn, unusable, ct).Chunk(RowsOfBlock))
        {
            var encoded = new (EncodedSample? Sample, string? Reason)[block.Length];
            Parallel.For(0, block.Length, new ParallelOptions { CancellationToken = ct }, i => encoded[i] = Encode(block[i]));
            for (var i = 0; i < block.Length; i++)
            {
                var file = Inside(block[i].Dataset, neutral);
                if (encoded[i].Reason is { } reason)
                    writer.AddDropped(file, block[i].Line, reason);
                else
                    writer.Add(file, block[i].Line, [encoded[i].Sample!]);
            }
        }

        writer.Complete([.. unusable.ToList().Select(rows => rows with { Dataset = Inside(rows.Dataset, neutral) })]);
    }

    private static string Inside(string name, DatasetFile dataset) => name == dataset.Name ? "" : name[(dataset.Name.Length + 1)..];

    private (EncodedSample? Sample, string? Reason) Encode(DataRow row)
    {
        int[] ids;
        bool[] loss;
        try
        {
            (ids, loss) = _template.Encode(_tokenizer, row.Messages, _data.LossScale);
        }
        catch (SwiftException exception) when (exception.Reason.Kind == FailureKind.BadInput && exception.Reason.Code != "loss_scale_unknown")
        {
            return (null, exception.Reason.Code);
        }

        if (ids.Length > _maxLength)
        {
            if (_data.TruncationStrategy == "delete")
                return (null, "too_long");
            var range = _data.TruncationStrategy == "left" ? ^_maxLength.. : .._maxLength;
            (ids, loss) = (ids[range], loss[range]);
        }

        var sample = new EncodedSample(ids, loss);
        return sample.LabelCount == 0 ? (null, "nothing_to_learn") : (sample, null);
    }
}
