using Swift.Contracts.Chat;
using Swift.Contracts.Experiments;
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
            """{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","loss":false},{"role":"user","content":"c"},{"role":"assistant","content":"d","loss_scale":0.25}]}""").Messages;
        messages.Select(m => m.LossScale).ShouldBe([null, 0, null, 0.25]);
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

    private const string Pair = """{"query":"1+1?","response":"2","rejected_response":"3"}""";

    [Theory]
    [InlineData(Pair)]
    [InlineData("""{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}],"rejected_response":"3"}""")]
    [InlineData("""{"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}],"rejected_messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"3"}]}""")]
    [InlineData("""{"prompt":"1+1?","chosen":"2","rejected":"3"}""")]
    [InlineData("""{"prompt":"1+1?","chosen":[{"role":"assistant","content":"2"}],"rejected":[{"role":"assistant","content":"3"}]}""")]
    [InlineData("""{"chosen":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"}],"rejected":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"3"}]}""")]
    [InlineData("""{"chosen":"\n\nHuman: 1+1?\n\nAssistant: 2","rejected":"\n\nHuman: 1+1?\n\nAssistant: 3"}""")]
    public void Every_common_form_of_a_preference_pair_becomes_the_same_two_conversations(string row)
    {
        var pair = Read(row, RowUse.Prefer);
        pair.Messages.ShouldBe(Sum);
        pair.Rejected.ShouldBe([Sum[0], new("assistant", "3")]);
        pair.Columns.ShouldBeEmpty();
    }

    [Fact]
    public void Both_conversations_of_a_pair_begin_with_the_system_message()
    {
        var pair = Read("""{"chosen":"\n\nHuman: a\n\nAssistant: b","rejected":"\n\nHuman: a\n\nAssistant: c"}""", RowUse.Prefer, system: "S");
        pair.Messages.Select(m => m.Content).ShouldBe(["S", "a", "b"]);
        pair.Rejected!.Select(m => m.Content).ShouldBe(["S", "a", "c"]);
    }

    [Fact]
    public void To_other_uses_the_rejected_answer_is_a_free_column() => Read(Pair).Columns.Keys.ShouldBe(["rejected_response"]);

    [Theory]
    [InlineData("true", true)]
    [InlineData("0", false)]
    public void A_judged_row_has_a_label(string label, bool good)
    {
        var row = Read($$"""{"query":"1+1?","response":"2","label":{{label}}}""", RowUse.Judge);
        row.Messages.ShouldBe(Sum);
        row.Label.ShouldBe(good);
    }

    [Theory]
    [InlineData(RowUse.Prefer, """{"query":"a","response":"b"}""", "no_rejected_response")]
    [InlineData(RowUse.Prefer, """{"query":"a","response":"b","rejected_response":""}""", "empty_rejected_response")]
    [InlineData(RowUse.Prefer, """{"query":"a","response":"b","rejected_response":"b"}""", "same_answers")]
    [InlineData(RowUse.Prefer, """{"query":"a","rejected_response":"b"}""", "no_response")]
    [InlineData(RowUse.Judge, """{"query":"a","response":"b"}""", "no_label")]
    [InlineData(RowUse.Judge, """{"query":"a","response":"b","label":"good"}""", "no_label")]
    [InlineData(RowUse.Learn, """{"query":"a","response":"\ud800"}""", "bad_encoding")]
    [InlineData(RowUse.Learn, """{"query":"a","response":"b","tools":"{"}""", "bad_tools")]
    [InlineData(RowUse.Learn, """{"query":"a","response":"b","chat_template_kwargs":[1]}""", "bad_template_kwargs")]
    [InlineData(RowUse.Learn, """{"messages":[{"role":"assistant","content":null,"tool_calls":[{"function":{}}]}]}""", "bad_tool_calls")]
    [InlineData(RowUse.Learn, """{"messages":[{"role":"tool_call","content":"look"}]}""", "bad_tool_calls")]
    public void A_row_without_what_its_use_needs_says_why(RowUse use, string row, string reason) =>
        Should.Throw<SwiftException>(() => Read(row, use)).Message.ShouldContain($"({reason})");

    private const string Call = """[{"type":"function","function":{"name":"look","arguments":{"at":"sky"}}}]""";

    [Theory]
    [InlineData("""{"role":"assistant","content":null,"tool_calls":[{"type":"function","function":{"name":"look","arguments":"{\"at\":\"sky\"}"}}]}""")]
    [InlineData("""{"role":"assistant","content":"","tool_calls":[{"name":"look","arguments":{"at":"sky"}}]}""")]
    [InlineData("""{"role":"tool_call","content":"{\"name\":\"look\",\"arguments\":{\"at\":\"sky\"}}"}""")]
    [InlineData("""{"from":"function_call","value":"[{\"name\":\"look\",\"arguments\":{\"at\":\"sky\"}}]"}""")]
    public void Every_common_form_of_a_tool_call_becomes_the_same_turn(string turn) =>
        Read($$"""{"messages":[{"role":"user","content":"Blue?"},{{turn}},{"role":"tool_response","content":"blue"},{"role":"assistant","content":"Yes"}]}""").Messages.ShouldBe(
            [new("user", "Blue?"), new("assistant", "") { ToolCalls = Call }, new("tool", "blue"), new("assistant", "Yes")]);

    [Fact]
    public void A_call_belongs_to_the_turn_that_speaks_before_it() =>
        Read("""{"messages":[{"role":"user","content":"?"},{"role":"assistant","content":"Wait."},{"role":"tool_call","content":"{\"name\":\"a\"}"},{"role":"tool_call","content":"{\"name\":\"b\"}"}]}""")
            .Messages[^1].ShouldBe(new ChatMessage("assistant", "Wait.")
            {
                ToolCalls = """[{"type":"function","function":{"name":"a","arguments":{}}},{"type":"function","function":{"name":"b","arguments":{}}}]""",
            });

    [Theory]
    [InlineData("""[{"name":"look"}]""")]
    [InlineData("""[{"type":"function","function":{"name":"look"}}]""")]
    [InlineData("\"[{\\\"name\\\":\\\"look\\\"}]\"")]
    [InlineData("""["{\"name\":\"look\"}"]""")]
    public void Tools_and_template_arguments_reach_the_template(string tools) =>
        Read($$"""{"query":"a","response":"b","tools":{{tools}},"chat_template_kwargs":{"enable_thinking":false},"level":1}""").ShouldSatisfyAllConditions(
            row => row.TemplateVariables!.Value.GetRawText().ShouldBe("""{"enable_thinking":false,"tools":[{"type":"function","function":{"name":"look"}}]}"""),
            row => row.Columns.Keys.ShouldBe(["level"]));
}
