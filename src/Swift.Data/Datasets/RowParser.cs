using System.Text.Json;
using Swift.Contracts.Chat;
using Swift.Data.Reading;

namespace Swift.Data.Datasets;

/// <summary>
/// Makes a conversation of a row, whatever its format: messages, ShareGPT, Alpaca, query/response with system and history, text to learn.
/// Column names are recognised as ms-swift does; <paramref name="columns"/> renames first.
/// </summary>
/// <param name="system">Put in front of conversations that have no system message.</param>
internal sealed class RowParser(IReadOnlyDictionary<string, string> columns, string? system, RowUse use)
{
    // In order of preference, as in ms-swift's ResponsePreprocessor.
    private static readonly string[] QueryNames = ["query", "prompt", "input", "instruction", "question", "problem"];
    private static readonly string[] ResponseNames =
        ["response", "answer", "output", "targets", "target", "answer_key", "answers", "solution", "text", "completion", "content"];
    private static readonly string[] SystemNames = ["system", "system_prompt"];
    private static readonly string[] ConversationNames = ["messages", "conversations", "conversation"];

    private readonly HashSet<string> _renamed = [];

    /// <summary>Keys of the column map that a row had.</summary>
    public IReadOnlySet<string> RenamedColumns => _renamed;

    /// <summary>Makes a row of what a file has.</summary>
    /// <returns>Why it cannot be used; null when it can.</returns>
    public string? TryParse(RawRow raw, out DataRow? row)
    {
        row = null;
        if (raw.Problem is not null)
            return raw.Problem;
        try
        {
            row = Parse(raw.File, raw.Line, raw.Json);
            return null;
        }
        catch (RowInvalidException invalid)
        {
            return invalid.Reason;
        }
        catch (InvalidOperationException)
        {
            // A text with one half of a surrogate pair: JSON can write it, no string can hold it.
            return "bad_encoding";
        }
    }

    /// <exception cref="RowInvalidException">The row cannot be used that way.</exception>
    private DataRow Parse(string dataset, int line, JsonElement json)
    {
        var cells = Rename(json);
        var used = new HashSet<string>();
        var messages = new List<ChatMessage>();

        if (Take(cells, used, SystemNames) is { } systemText && systemText.Length > 0)
            messages.Add(new ChatMessage("system", systemText));
        if (ConversationNames.FirstOrDefault(cells.ContainsKey) is { } conversation)
        {
            used.Add(conversation);
            MessageParser.Parse(cells[conversation], messages);
        }
        else
        {
            AddQueryAndResponse(cells, used, messages);
        }

        if (messages.Count(m => m.Role == "system") > 1)
            throw new RowInvalidException("several_system_messages");
        if (system is { Length: > 0 } && (messages.Count == 0 || messages[0].Role != "system"))
            messages.Insert(0, new ChatMessage("system", system));
        var rejected = use == RowUse.Prefer ? PreferenceParser.Rejected(cells, used, DataRow.PromptOf(messages)) : null;
        var variables = ToolCallParser.TemplateVariables(Cell(cells, used, "tools"), Cell(cells, used, "chat_template_kwargs"));
        var label = use == RowUse.Judge ? Label(Cell(cells, used, "label")) : (bool?)null;

        used.Remove("solution");
        var free = cells.Where(cell => !used.Contains(cell.Key)).ToDictionary(cell => cell.Key, cell => cell.Value);
        var row = new DataRow(dataset, line, messages, free) { TemplateVariables = variables, Rejected = rejected, Label = label };
        RowChecks.Check(row, use);
        // Rewards read it as text: where it cannot be one, that is seen now.
        _ = row.Solution;
        return row;
    }

    private static bool Label(JsonElement? cell) => cell switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() is 0 or 1 => number.GetDouble() == 1,
        _ => throw new RowInvalidException("no_label"),
    };

    private static JsonElement? Cell(Dictionary<string, JsonElement> cells, HashSet<string> used, string name)
    {
        if (!cells.TryGetValue(name, out var value))
            return null;
        used.Add(name);
        return value;
    }

    private Dictionary<string, JsonElement> Rename(JsonElement json)
    {
        var cells = new Dictionary<string, JsonElement>();
        foreach (var cell in json.EnumerateObject())
        {
            var renamed = columns.TryGetValue(cell.Name, out var name);
            if (renamed)
                _renamed.Add(cell.Name);
            if (cell.Value.ValueKind == JsonValueKind.Null)
                continue;
            // A renamed column wins over one that has the name already.
            if (renamed)
                cells[name!] = cell.Value;
            else
                cells.TryAdd(cell.Name, cell.Value);
        }

        return cells;
    }

    private void AddQueryAndResponse(Dictionary<string, JsonElement> cells, HashSet<string> used, List<ChatMessage> messages)
    {
        if (cells.TryGetValue("history", out var history))
        {
            used.Add("history");
            AddHistory(history, messages);
        }

        if (AlpacaQuery(cells, used) is { } alpaca)
            messages.Add(new ChatMessage("user", alpaca));
        else if (Take(cells, used, QueryNames) is { } query)
            messages.Add(new ChatMessage("user", query));
        if (use == RowUse.Prefer && Cell(cells, used, "chosen") is { } chosen)
            PreferenceParser.AddAnswer(chosen, messages);
        else if (Take(cells, used, ResponseNames) is { } response)
            messages.Add(new ChatMessage("assistant", response));
        if (messages.All(m => m.Role == "system"))
            throw new RowInvalidException("no_conversation");
    }

    private static string? AlpacaQuery(Dictionary<string, JsonElement> cells, HashSet<string> used)
    {
        if (cells.ContainsKey("query") || !cells.TryGetValue("instruction", out var instruction) || !cells.TryGetValue("input", out var input))
            return null;
        used.Add("instruction");
        used.Add("input");
        var (first, second) = (MessageParser.Text(instruction), MessageParser.Text(input));
        return second.Length == 0 ? first : first.Length == 0 ? second : first + "\n" + second;
    }

    private static void AddHistory(JsonElement history, List<ChatMessage> messages)
    {
        if (history.ValueKind != JsonValueKind.Array)
            throw new RowInvalidException("bad_history");
        foreach (var turn in history.EnumerateArray())
        {
            if (turn.ValueKind != JsonValueKind.Array || turn.GetArrayLength() != 2)
                throw new RowInvalidException("bad_history");
            messages.Add(new ChatMessage("user", MessageParser.Text(turn[0])));
            messages.Add(new ChatMessage("assistant", MessageParser.Text(turn[1])));
        }
    }

    private static string? Take(Dictionary<string, JsonElement> cells, HashSet<string> used, string[] names)
    {
        if (names.FirstOrDefault(cells.ContainsKey) is not { } name)
            return null;
        used.Add(name);
        return MessageParser.Text(cells[name]);
    }
}
