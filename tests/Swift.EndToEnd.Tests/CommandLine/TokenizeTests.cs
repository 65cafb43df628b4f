using Swift.Testing;

namespace Swift.EndToEnd.Tests.CommandLine;

/// <summary>Tokenizers and chat templates from the command line.</summary>
[Collection(nameof(TypedCommand))]
public sealed class TokenizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_of_strings_become_lines_of_ids_and_come_back()
    {
        var model = await TrainAsync();
        var strings = Write("strings.jsonl", "\"hello \\n\"\n\"\\u00e9\\ud83d\\udc4d\"\n\"\"\n\"<|im_end|>\"\n");
        var (exitCode, ids, _) = await TypedCommand.RunAsync("tokenize", "--model", model, "--input", strings);
        exitCode.ShouldBe(0);
        ids.Split('\n').Length.ShouldBe(5);
        ids.Split('\n')[2].ShouldBe("[]");
        var (_, back, _) = await TypedCommand.RunAsync("tokenize", "--model", model, "--input", Write("ids.jsonl", ids), "--detokenize");
        back.ShouldBe("\"hello \\n\"\n\"é\\uD83D\\uDC4D\"\n\"\"\n\"<|im_end|>\"\n");
    }

    [Fact]
    public async Task A_lone_surrogate_is_taken() =>
        (await TypedCommand.RunAsync("tokenize", "--model", await TrainAsync(), "--input", Write("strings.jsonl", "\"\\ud800\"\n"))).ExitCode.ShouldBe(0);

    [Theory]
    [InlineData("no json", "line 2")]
    [InlineData("3", "Number")]
    [InlineData("", "empty")]
    public async Task A_line_that_is_no_string_is_named_and_those_before_it_are_written(string line, string named)
    {
        var (exitCode, result, messages) = await TypedCommand.RunAsync("tokenize", "--model", await TrainAsync(), "--input", Write("strings.jsonl", $"\"hello\"\n{line}\n\"x\"\n"));
        exitCode.ShouldBe(2);
        result.Split('\n').Length.ShouldBe(2);
        messages.ShouldContain("strings.jsonl, line 2");
        messages.ShouldContain(named);
    }

    [Fact]
    public async Task An_id_outside_the_vocabulary_is_named()
    {
        var (exitCode, _, messages) = await TypedCommand.RunAsync("tokenize", "[5000]", "--model", await TrainAsync(), "--detokenize");
        exitCode.ShouldBe(2);
        messages.ShouldContain("5000 is outside the vocabulary of 262 tokens");
    }

    [Fact]
    public async Task Brackets_of_a_text_are_shown_and_not_taken_for_markup()
    {
        var (exitCode, result, messages) = await TypedCommand.RunAsync("tokenize", "a[0]", "--model", await TrainAsync());
        exitCode.ShouldBe(0, messages);
        result.ShouldContain("\"[\"");
        result.ShouldContain("4 tokens");
    }

    [Fact]
    public async Task A_text_and_an_input_together_are_wrong_usage() =>
        (await TypedCommand.RunAsync("tokenize", "text", "--model", await TrainAsync(), "--input", "-")).ExitCode.ShouldBe(2);

    [Fact]
    public async Task A_row_that_cannot_be_learned_from_is_named()
    {
        var data = Write("data.jsonl", "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]}\nbroken\n");
        var (exitCode, _, messages) = await TypedCommand.RunAsync("tokenizer", "train", "--dataset", data, "--vocab_size", "262", "--output", _folder["trained"]);
        exitCode.ShouldBe(0);
        messages.ShouldContain("line 2");
    }

    [Fact]
    public async Task A_template_is_rendered_to_the_byte()
    {
        var template = Write("template.jinja", "{%- for m in messages -%}\n<{{ m.role }}> {{ m.content }}\n{% endfor %}");
        var (exitCode, result, _) = await TypedCommand.RunAsync("template", "render", "--template", template, "--context", Write("context.json", """{"messages": [{"role": "user", "content": "é"}]}"""));
        exitCode.ShouldBe(0);
        result.ShouldBe("<user> é\n");
    }

    [Theory]
    [InlineData("{{ a", "{}", "template.jinja, line 1")]
    [InlineData("{{ raise_exception('never') }}", "{}", "never")]
    [InlineData("{{ a }}", "{\"a\": \n", "context.json, line 2")]
    [InlineData("{{ a }}", "[]", "must be a JSON object")]
    public async Task What_is_wrong_with_a_template_or_its_context_is_said(string template, string context, string expected)
    {
        var (exitCode, result, messages) = await TypedCommand.RunAsync("template", "render", "--template", Write("template.jinja", template), "--context", Write("context.json", context));
        exitCode.ShouldBe(2);
        result.ShouldBeEmpty();
        messages.ShouldContain(expected);
    }

    private async Task<string> TrainAsync()
    {
        var (exitCode, _, messages) = await TypedCommand.RunAsync("tokenizer", "train", "--dataset", Write("corpus.txt", "hello hello hello"), "--vocab_size", "262", "--output", _folder["tokenizer"]);
        exitCode.ShouldBe(0, messages);
        return _folder["tokenizer"];
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        return _folder[name];
    }
}
