using Swift.Contracts.Chat;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Data.Tests.Datasets;

public sealed class RowFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private DataRow Read(string row, RowUse use = RowUse.Learn, Dictionary<string, string>? columns = null, string? system = null)
    {
        var path = _folder.File("rows.jsonl", row);
        var data = new DataSpec { Dataset = [path], Columns = columns ?? [], System = system, Strict = true };
        return DatasetReader.Load([DatasetFile.Parse(path)], data, use, 1, CancellationToken.None).Rows.ShouldHaveSingleItem();
    }

    private static readonly ChatMessage[] Sum = [new("user", "1+1?"), new("assistant", "2")];

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"1+"},{"type":"text","text":"1?"}]},{"role":"assistant","content":"2"}]}""")]
    [InlineData("""{"conversations":[{"from":"human","value":"1+1?"},{"from":"gpt","value":"2"}]}""")]
    [InlineData("""{"conversation":[{"human":"1+1?","assistant":"2"}]}""")]
    [InlineData("""{"query":"1+1?","response":"2"}""")]
    [InlineData("""{"question":"1+1?","answer":2}""")]
    [InlineData("""{"instruction":"1+1?","input":"","output":"2"}""")]
    [InlineData("""{"prompt":"1+1?","completion":"2","system":null}""")]
    public void Every_common_format_becomes_the_same_conversation(string row) => Read(row).Messages.ShouldBe(Sum);

    [Fact]
    public void Alpaca_joins_instruction_and_input_with_a_new_line() =>
        Read("""{"instruction":"Add.","input":"1 and 1","output":"2"}""").Messages[0].Content.ShouldBe("Add.\n1 and 1");

    [Fact]
    public void History_and_system_come_before_the_query() =>
        Read("""{"system":"Be short.","history":[["a","b"]],"query":"c","response":"d"}""").Messages.ShouldBe(
            [new("system", "Be short."), new("user", "a"), new("assistant", "b"), new("user", "c"), new("assistant", "d")]);

    [Fact]
    public void Text_alone_is_one_assistant_message() =>
        Read("""{"text":"Once upon a time"}""").Messages.ShouldBe([new("assistant", "Once upon a time")]);

    [Fact]
    public void A_default_system_message_does_not_replace_one_that_is_there()
    {
        Read("""{"query":"q","response":"r"}""", system: "S").Messages[0].ShouldBe(new ChatMessage("system", "S"));
        Read("""{"query":"q","response":"r","system":"T"}""", system: "S").Messages[0].ShouldBe(new ChatMessage("system", "T"));
    }

    [Fact]
    public void Columns_rename_before_names_are_recognised() =>
        Read("""{"frage":"1+1?","antwort":"2","query":"not this"}""", columns: new() { ["frage"] = "query", ["antwort"] = "response" })
            .Messages.ShouldBe(Sum);

    [Fact]
    public void Loss_flags_of_single_turns_are_kept()
    {
        var messages = Read(
            """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","loss":false},{"role":"user","content":"c"},{"role":"assistant","content":"d","loss_scale":1.0}]}""").Messages;
        messages.Select(m => m.Loss).ShouldBe([null, false, null, true]);
    }

    [Fact]
    public void A_prompt_row_keeps_its_free_columns_and_loses_the_answer()
    {
        var row = Read("""{"query":"1+1?","response":"easy","solution":"2","level":3}""", RowUse.Prompt);
        row.Prompt.ShouldBe([new ChatMessage("user", "1+1?")]);
        row.Solution.ShouldBe("2");
        row.Columns.Keys.ShouldBe(["solution", "level"], ignoreOrder: true);
        row.Columns["level"].GetInt32().ShouldBe(3);
    }

    [Fact]
    public void The_solution_stays_a_column_when_it_becomes_the_response()
    {
        var row = Read("""{"query":"1+1?","solution":2}""");
        row.Messages.ShouldBe(Sum);
        row.Solution.ShouldBe("2");
    }

    [Fact]
    public void Without_a_solution_column_the_last_answer_is_the_solution() =>
        Read("""{"query":"1+1?","response":"2"}""", RowUse.Evaluate).Solution.ShouldBe("2");
}
