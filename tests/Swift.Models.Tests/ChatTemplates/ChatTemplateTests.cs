using Swift.Contracts.Chat;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates;
using Swift.Models.Tokenizers;

namespace Swift.Models.Tests.ChatTemplates;

public sealed class ChatTemplateTests : IDisposable
{
    private const string GenerationTemplate =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}<|im_end|>{% endgeneration %}{% else %}{{ m.content }}<|im_end|>{% endif %}{{ '\n' }}{% endfor %}" +
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    /// <summary>Writes an empty thought before the last answer, and drops the thoughts of earlier ones, as Qwen3 does.</summary>
    private const string ThinkingTemplate =
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}{% if m.role == 'assistant' %}{% set answer = m.content.split('</think>')[-1].lstrip('\n') %}" +
        "{% if loop.last %}<think>\n\n</think>\n\n{{ answer }}{% else %}{{ answer }}{% endif %}{% else %}{{ m.content }}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}" +
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    private static readonly ChatMessage[] Conversation =
    [
        new("system", "Be kind."), new("user", "Hi"), new("assistant", "Hello!"), new("user", "2+2?"), new("assistant", "\n\n4"),
    ];

    private readonly TemporaryFolder folder = new();
    private readonly Tokenizer tokenizer;

    public ChatTemplateTests() => tokenizer = BytePairTrainer.Train(["Hello, be kind. Hi, what is 2+2? user assistant system think"], new() { VocabularySize = 300 }, folder.Path);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_trained_folder_speaks_ChatML()
    {
        var template = ChatTemplate.Load(folder.Path);
        template.Render(Conversation.AsSpan(0, 3).ToArray(), addGenerationPrompt: true)
            .ShouldBe("<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>assistant\n");
    }

    [Theory]
    [InlineData("default", "Hello!<|im_end|>|\n\n4<|im_end|>")]
    [InlineData("last_round", "\n\n4<|im_end|>")]
    [InlineData("all", "*")]
    public void What_the_assistant_writes_is_learned_with_the_token_that_ends_it(string lossScale, string expected)
    {
        foreach (var template in new[] { ChatTemplate.Load(folder.Path), ChatTemplate.Parse(GenerationTemplate) })
        {
            var encoded = template.Encode(tokenizer, Conversation, LossScale.Parse(lossScale));
            Learned(encoded).ShouldBe(expected == "*" ? template.Render(Conversation, false) : expected);
            tokenizer.Decode(encoded.Ids, skipSpecialTokens: false).ShouldBe(template.Render(Conversation, false));
        }
    }

    [Fact]
    public void The_ids_are_the_prompt_and_then_what_a_model_would_generate()
    {
        var template = ChatTemplate.Load(folder.Path);
        var prompt = tokenizer.Encode(template.Render(Conversation.AsSpan(0, 4).ToArray(), addGenerationPrompt: true));
        var answer = tokenizer.Encode("\n\n4<|im_end|>");
        var encoded = template.Encode(tokenizer, Conversation);
        encoded.Ids.AsSpan(0, prompt.Length + answer.Length).ToArray().ShouldBe([.. prompt, .. answer]);
        // Another loss scale has the same ids.
        template.Encode(tokenizer, Conversation, LossScale.Parse("all")).Ids.ShouldBe(encoded.Ids);
    }

    [Fact]
    public void A_turn_says_itself_whether_it_is_learned()
    {
        var template = ChatTemplate.Load(folder.Path);
        var messages = Conversation.ToArray();
        messages[2] = messages[2] with { LossScale = 0 };
        Learned(template.Encode(tokenizer, messages)).ShouldBe("\n\n4<|im_end|>");
        messages[1] = messages[1] with { LossScale = 1 };
        Learned(template.Encode(tokenizer, messages)).ShouldBe("<|im_start|>user\nHi<|im_end|>|\n\n4<|im_end|>");
        Learned(template.Encode(tokenizer, messages, LossScale.Parse("all"))).ShouldBe(
            "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n|\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n\n\n4<|im_end|>\n");
    }

    [Fact]
    public void Turns_are_found_where_earlier_answers_are_written_otherwise_than_the_last()
    {
        var template = ChatTemplate.Parse(ThinkingTemplate);
        Learned(template.Encode(tokenizer, Conversation)).ShouldBe("Hello!<|im_end|>|<think>\n\n</think>\n\n4<|im_end|>");
        var thoughtful = Conversation.ToArray();
        thoughtful[2] = thoughtful[2] with { Content = "<think>\nhm\n</think>\n\nHello!" };
        Learned(template.Encode(tokenizer, thoughtful)).ShouldBe("Hello!<|im_end|>|<think>\n\n</think>\n\n4<|im_end|>");
    }

    [Theory]
    [InlineData("ignore_empty_think", "<think>\n\n</think>\n\nYes", "<think>\n\n</think>\n\n 0|Yes<|im_end|> 1")]
    [InlineData("ignore_empty_think", "Yes <think></think>", "Yes <think></think><|im_end|> 1")]
    [InlineData("last_round+ignore_think_prefix", "<think>\nhm</think>Yes", "<think>\n 0|hm</think>Yes<|im_end|> 1")]
    [InlineData("hermes", "So <tool_call>\n{}</tool_call> <tool_call>x</tool_call>", "So  1|<tool_call>\n{}</tool_call> 2|  1|<tool_call>x</tool_call> 2|<|im_end|> 1")]
    [InlineData("react", "Thought: t\nAction: a\nAction Input: i\nObservation: o\nFinal Answer: f", "Thought: t\n 1|Action: a\nAction Input: i\nObservation: 2| o\n 0|Final Answer: f<|im_end|> 1")]
    [InlineData("alpha_umi", "Thought: t\nNext: caller", "Thought: t\n 1|Next: caller<|im_end|> 2")]
    [InlineData("agentflan", "Thought: t\nAction: a\nAction Input: i\nObservation: o", "Thought: t\nAction: 1| a\n 3|Action Input: 1| i\n 3|Observation: 2| o<|im_end|> 0")]
    [InlineData("hermes+react", "Action: <tool_call>x</tool_call>", "Action:  2|<tool_call>x</tool_call> 4|<|im_end|> 2")]
    public void Modifiers_weigh_parts_of_an_answer(string lossScale, string answer, string expected, Dictionary<string, IReadOnlyList<double>>? rules = null)
    {
        var encoded = ChatTemplate.Load(folder.Path).Encode(tokenizer, [new("user", "?"), new("assistant", answer)], LossScale.Parse(lossScale, rules));
        var prompt = tokenizer.Encode("<|im_start|>user\n?<|im_end|>\n<|im_start|>assistant\n").Length;
        var parts = new List<string>();
        for (int start = prompt, end; start < encoded.Ids.Length - 1; start = end)
        {
            for (end = start; end < encoded.Ids.Length - 1 && encoded.LossScale[end] == encoded.LossScale[start];) end++;
            parts.Add($"{tokenizer.Decode(encoded.Ids.AsSpan(start, end - start), skipSpecialTokens: false)} {encoded.LossScale[start]}");
        }
        string.Join('|', parts).ShouldBe(expected);
        encoded.LossScale[..prompt].ShouldAllBe(scale => scale == 0);
    }

    [Fact]
    public void Tool_calls_and_tools_are_seen_by_the_template()
    {
        using var variables = System.Text.Json.JsonDocument.Parse("""{"tools": [{"function": {"name": "look"}}]}""");
        ChatTemplate.Parse("{{ tools[0].function.name }}{% for m in messages %} {{ m.role }} {% for c in m.tool_calls %}{{ c.function.name }}({{ c.function.arguments | tojson }}){% endfor %}{{ m.content }}{% endfor %}")
            .Render([new("assistant", "") { ToolCalls = """[{"function": {"name": "look", "arguments": {"at": "sky"}}}]""" }, new("tool", "blue")], false, variables.RootElement)
            .ShouldBe("look assistant look({\"at\": \"sky\"}) tool blue");
    }

    [Fact]
    public void AgentFLAN_weighs_a_whole_answer_by_its_question()
    {
        var encoded = ChatTemplate.Load(folder.Path).Encode(
            tokenizer, [new("user", "What is the tool you want to use?"), new("assistant", "Action: a"), new("user", "?"), new("assistant", "b")], LossScale.Parse("agentflan"));
        string.Join('|', encoded.Ids.Zip(encoded.LossScale).Where(token => token.Second > 0).GroupBy(token => token.Second)
            .Select(group => $"{tokenizer.Decode([.. group.Select(token => token.First)], skipSpecialTokens: false)} {group.Key}")).ShouldBe("Action: a<|im_end|> 3|b<|im_end|> 1");
    }

    [Theory]
    [InlineData("""{"A:": [1, 2], "A: B": [0, 0.5]}""", "x A: y A: B z", "x A: 1| y  2|A: B 0| z<|im_end|> 0.5")]
    [InlineData("""{"<b>.*?</b>": [3]}""", "a<b>\n</b>c", "a 1|<b>\n</b> 3|c<|im_end|> 1")]
    public void Rules_of_a_specification_weigh_as_ms_swifts_files_do(string rules, string answer, string expected) => Modifiers_weigh_parts_of_an_answer(
        "custom", answer, expected, System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<double>>>(rules));

    [Fact]
    public void Rules_are_asked_for_where_custom_is_named() =>
        Should.Throw<SwiftException>(() => LossScale.Parse("all+custom")).Reason.Code.ShouldBe("loss_scale_rules_invalid");

    [Fact]
    public void An_unknown_loss_scale_is_refused()
    {
        Should.Throw<SwiftException>(() => LossScale.Parse("hermes+default")).Reason.Code.ShouldBe("loss_scale_unknown");
    }

    [Fact]
    public void A_folder_without_a_template_speaks_ChatML_and_a_file_goes_before_the_configuration()
    {
        using var other = new TemporaryFolder();
        ChatTemplate.Load(other.Path).Render([new("user", "a")], false).ShouldBe("<|im_start|>user\na<|im_end|>\n");
        File.WriteAllText(other["tokenizer_config.json"], """{"bos_token": {"content": "<s>"}, "chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "{{ bos_token }}{{ messages[0].content }}{{ tools }}"}]}""");
        ChatTemplate.Load(other.Path).Render([new("user", "a")], false).ShouldBe("<s>aNone");
        File.WriteAllText(other["chat_template.jinja"], "file {{ bos_token }}");
        ChatTemplate.Load(other.Path).Render([new("user", "a")], false).ShouldBe("file <s>");
    }

    /// <summary>The learned stretches as text, with a bar between those that do not touch.</summary>
    private string Learned(EncodedChat chat)
    {
        chat.Loss.Length.ShouldBe(chat.Ids.Length);
        var parts = new List<string>();
        for (var i = 0; i < chat.Ids.Length;)
        {
            var end = i;
            while (end < chat.Ids.Length && chat.Loss[end]) end++;
            if (end > i) parts.Add(tokenizer.Decode(chat.Ids.AsSpan(i, end - i), skipSpecialTokens: false));
            i = Math.Max(end, i + 1);
        }
        return string.Join('|', parts);
    }
}
