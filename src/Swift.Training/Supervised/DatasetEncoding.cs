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
    private readonly LossScale _lossScale;

    /// <param name="maxLength">Longest sample in positions.</param>
    /// <exception cref="SwiftException">Bad input: <c>truncation_strategy_unknown</c>, <c>loss_scale_unknown</c>, <c>loss_scale_rules_invalid</c>.</exception>
    public DatasetEncoding(Tokenizer tokenizer, ChatTemplate template, DataSpec data, int maxLength)
    {
        if (data.TruncationStrategy is not ("delete" or "left" or "right" or "split"))
        {
            throw SwiftException.BadInput("truncation_strategy_unknown",
                $"truncation_strategy: '{data.TruncationStrategy}' is unknown. Known: delete, left, right, split.");
        }

        (_tokenizer, _template, _data, _maxLength) = (tokenizer, template, data with { Strict = false }, maxLength);
        _lossScale = LossScale.Parse(data.LossScale, data.LossScaleRules);
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
            var encoded = new (IReadOnlyList<EncodedSample> Samples, string? Reason)[block.Length];
            Parallel.For(0, block.Length, new ParallelOptions { CancellationToken = ct }, i => encoded[i] = Encode(block[i]));
            for (var i = 0; i < block.Length; i++)
            {
                var file = Inside(block[i].Dataset, neutral);
                if (encoded[i].Reason is { } reason)
                    writer.AddDropped(file, block[i].Line, reason);
                else
                    writer.Add(file, block[i].Line, encoded[i].Samples);
            }
        }

        writer.Complete([.. unusable.ToList().Select(rows => rows with { Dataset = Inside(rows.Dataset, neutral) })]);
    }

    private static string Inside(string name, DatasetFile dataset) => name == dataset.Name ? "" : name[(dataset.Name.Length + 1)..];

    /// <summary>The samples of a row, or why it has none.</summary>
    internal (IReadOnlyList<EncodedSample> Samples, string? Reason) Encode(DataRow row)
    {
        EncodedChat chat;
        try
        {
            chat = _template.Encode(_tokenizer, row.Messages, _lossScale, row.TemplateVariables);
        }
        catch (SwiftException exception) when (exception.Reason.Kind == FailureKind.BadInput)
        {
            return ([], exception.Reason.Code);
        }

        if (Ranges(row, chat.Ids.Length) is not { } ranges)
            return ([], "too_long");
        EncodedSample[] samples = [.. ranges.Select(range => Sample(chat, range)).Where(sample => sample.LabelCount > 0)];
        return samples.Length == 0 ? (samples, "nothing_to_learn") : (samples, null);
    }

    /// <summary>What is kept of a sample, in one piece or several; null when it must be dropped.</summary>
    private IReadOnlyList<Range>? Ranges(DataRow row, int length)
    {
        if (length <= _maxLength)
            return [Range.All];
        return _data.TruncationStrategy switch
        {
            "left" => [Range.StartAt(^_maxLength)],
            "right" => [Range.EndAt(_maxLength)],
            // Only a text that nobody asked for goes on in the middle; an answer without its question is another sample.
            "split" when row.Messages is [{ Role: "assistant", ToolCalls: null }] =>
                [.. Enumerable.Range(0, (length + _maxLength - 1) / _maxLength).Select(i => (i * _maxLength)..Math.Min(length, (i + 1) * _maxLength))],
            _ => null,
        };
    }

    private static EncodedSample Sample(EncodedChat chat, Range range)
    {
        var (ids, learned, scale) = (chat.Ids[range], chat.Loss[range], chat.LossScale[range]);
        return new EncodedSample(ids, learned) { LossScale = scale.AsSpan().ContainsAnyExcept(0, 1) ? scale : null };
    }
}
