using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Reports;
using Swift.Models.ChatTemplates;
using Swift.Models.Config;
using Swift.Models.Tokenizers;
using Swift.Training.Supervised;

namespace Swift.Training.Reports;

/// <summary>Looks through data sets as a stage does, row by row, and says what would become of them. Only lengths stay in memory.</summary>
public sealed class DatasetMeasurement
{
    private readonly DataSpec _data;
    private readonly RowUse _use;
    private readonly DatasetEncoding? _encoding;
    private readonly Tokenizer? _tokenizer;
    private readonly ChatTemplate? _template;
    private readonly int _maxLength;

    /// <param name="modelFolder">Whose tokenizer and chat template tell how long rows are; null = that is not asked.</param>
    /// <exception cref="SwiftException">Bad input: the model's tokenizer, template or configuration cannot be read; <c>truncation_strategy_unknown</c>.</exception>
    public DatasetMeasurement(DataSpec data, RowUse use, string? modelFolder)
    {
        (_data, _use) = (data, use);
        if (modelFolder is null)
            return;
        _tokenizer = TokenizerFile.Load(modelFolder);
        _template = ChatTemplate.Load(modelFolder);
        _maxLength = data.MaxLength ?? ModelConfigFile.Load(modelFolder).MaxPositionEmbeddings;
        _encoding = new DatasetEncoding(_tokenizer, _template, data, _maxLength);
    }

    /// <summary>The report that a training stage keeps of these data sets; without a model its lengths are empty.</summary>
    /// <param name="limit">Rows of each data set to look at; null = all.</param>
    /// <exception cref="SwiftException">Bad input of the reader: <c>dataset_missing</c>, <c>dataset_unreadable</c>, <c>dataset_empty</c>, <c>dataset_unusable</c>.</exception>
    public DataReport Measure(IReadOnlyList<DatasetFile> datasets, int? limit, CancellationToken ct)
    {
        var all = new List<int>();
        DatasetReport[] reports = [.. datasets.Select(file => Measure(file, limit, all, ct))];
        return new DataReport(reports, LengthSummary.Of(all));
    }

    private DatasetReport Measure(DatasetFile file, int? limit, List<int> all, CancellationToken ct)
    {
        var dropped = new DroppedRowCounter();
        var lengths = new List<int>();
        var kept = 0;
        foreach (var row in DatasetReader.Read(file, _data, _use, dropped, ct, limit))
        {
            if (Reason(row, lengths) is { } reason)
                dropped.Add(row.Dataset, reason, row.Line);
            else
                kept++;
        }

        if (kept == 0)
            throw DatasetReader.NothingUsable(file, dropped.ToList());
        all.AddRange(lengths);
        var read = kept + dropped.Total;
        return new DatasetReport(file.Name, read, kept, file.Rows ?? kept, dropped.ToList(), LengthSummary.Of(lengths)) { Complete = read != limit };
    }

    /// <summary>Adds the lengths of what a row becomes.</summary>
    /// <returns>Why it becomes nothing.</returns>
    private string? Reason(DataRow row, List<int> lengths)
    {
        if (_encoding is null)
            return null;
        if (_use == RowUse.Learn)
        {
            var (samples, reason) = _encoding.Encode(row);
            lengths.AddRange(samples.Select(sample => sample.Ids.Length));
            return reason;
        }

        try
        {
            var length = _use switch
            {
                RowUse.Prompt or RowUse.Evaluate => _tokenizer!.Encode(_template!.Render(row.Prompt, addGenerationPrompt: true, row.TemplateVariables)).Length,
                RowUse.Prefer => Math.Max(Length(row.Messages), Length(row.Rejected!)),
                _ => Length(row.Messages),
            };
            if (length > _maxLength)
                return "too_long";
            lengths.Add(length);
            return null;
        }
        catch (SwiftException refused) when (refused.Reason.Kind == FailureKind.BadInput)
        {
            return refused.Reason.Code;
        }

        int Length(IReadOnlyList<Contracts.Chat.ChatMessage> messages) => _template!.Encode(_tokenizer!, messages, variables: row.TemplateVariables).Ids.Length;
    }
}
