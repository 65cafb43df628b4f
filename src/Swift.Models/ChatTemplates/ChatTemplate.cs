using System.Text.Json;
using Swift.Contracts.Chat;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja;
using Swift.Models.ChatTemplates.Jinja.Values;
using Swift.Models.Gguf;
using Swift.Models.Tokenizers;

namespace Swift.Models.ChatTemplates;

/// <summary>How a model is spoken to: conversations as the text it was trained on. Safe to use from several threads.</summary>
public sealed class ChatTemplate
{
    /// <summary>What <c>strftime_now</c> says while encoding for training, so that the same data gives the same ids on every day: the date that Llama 3's template names by itself.</summary>
    private static readonly TimeProvider TrainingClock = new FixedClock(new DateTimeOffset(2024, 7, 26, 0, 0, 0, TimeSpan.Zero));

    private readonly JinjaTemplate template;
    private readonly IReadOnlyDictionary<string, object?> specialTokens;

    private ChatTemplate(ChatTemplateSource source)
    {
        Source = source.Text;
        template = JinjaTemplate.Parse(source.Text, source.Name);
        specialTokens = source.SpecialTokens;
    }

    /// <summary>The template as it was written.</summary>
    public string Source { get; }

    /// <summary>Loads the template of a model folder: <c>chat_template.jinja</c>, or the one in <c>tokenizer_config.json</c>, or ChatML where there is none.</summary>
    /// <exception cref="SwiftException">The template is malformed; the message has the line.</exception>
    public static ChatTemplate Load(string modelFolder) => new(ChatTemplateSource.Load(modelFolder));

    /// <summary>The template of a GGUF file; ChatML where it has none.</summary>
    /// <exception cref="SwiftException">The template is malformed.</exception>
    public static ChatTemplate From(GgufFile file) => new(ChatTemplateSource.From(file));

    /// <summary>A template from its text.</summary>
    /// <param name="specialTokens">Names such as <c>bos_token</c> and <c>eos_token</c>, which templates print.</param>
    public static ChatTemplate Parse(string source, IReadOnlyDictionary<string, string>? specialTokens = null) =>
        new(new ChatTemplateSource(source, "chat template", specialTokens?.ToDictionary(token => token.Key, token => (object?)token.Value) ?? []));

    /// <summary>The conversation as text.</summary>
    /// <param name="addGenerationPrompt">Ends where the assistant's answer begins.</param>
    /// <param name="variables">What else the template sees, such as <c>tools</c> or <c>enable_thinking</c>: a JSON object.</param>
    /// <exception cref="SwiftException">The template fails or refuses the conversation.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, JsonElement? variables = null) =>
        Render(messages, addGenerationPrompt, variables, TimeProvider.System).Text;

    /// <summary>Ids of a conversation, and which of them are learned. Text that the assistant writes is encoded by itself, as it is when a model generates it.</summary>
    /// <param name="lossScale">What counts in the loss; null = <see cref="LossScale.Default"/>. <see cref="ChatMessage.LossScale"/> overrides it for its turn.</param>
    /// <param name="variables">What else the template sees, such as <c>tools</c>: a JSON object.</param>
    /// <exception cref="SwiftException">The template fails, or its turns cannot be told apart.</exception>
    public EncodedChat Encode(Tokenizer tokenizer, IReadOnlyList<ChatMessage> messages, LossScale? lossScale = null, JsonElement? variables = null)
    {
        var turns = new TurnLocator((part, prompt) => Render(part, prompt, variables, TrainingClock), messages, EndTokens(tokenizer));
        var (text, ranges) = LossRanges.Find(turns, messages, lossScale ?? LossScale.Default);
        var ids = new List<int>(text.Length / 3);
        var scale = new List<float>(text.Length / 3);
        foreach (var (start, end, weight) in ranges)
        {
            var part = tokenizer.Encode(text[start..end]);
            ids.AddRange(part);
            scale.AddRange(Enumerable.Repeat(weight, part.Length));
        }
        return new EncodedChat([.. ids], [.. scale]);
    }

    private static List<string> EndTokens(Tokenizer tokenizer) =>
        [.. tokenizer.StopTokenIds.Select(tokenizer.IdToToken).OfType<string>().Where(token => token.Length > 0)];

    private Rendering Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, JsonElement? variables, TimeProvider clock)
    {
        // Hugging Face defines tools and documents always, as none.
        var context = new Dictionary<string, object?>(specialTokens, StringComparer.Ordinal) { ["tools"] = null, ["documents"] = null };
        if (variables is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var property in given.EnumerateObject()) context[property.Name] = PythonJson.FromJson(property.Value);
        }
        context["messages"] = new JinjaList(messages.Select(ToJinja));
        context["add_generation_prompt"] = addGenerationPrompt;
        return template.Render(context, JinjaLimits.Default, clock);
    }

    private static object ToJinja(ChatMessage message)
    {
        var turn = new JinjaDictionary { ["role"] = message.Role, ["content"] = message.Content };
        if (message.ToolCalls is { } calls)
        {
            using var parsed = JsonDocument.Parse(calls);
            turn["tool_calls"] = PythonJson.FromJson(parsed.RootElement);
        }
        return turn;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
