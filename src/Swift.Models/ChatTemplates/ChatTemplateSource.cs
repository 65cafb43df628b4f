using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Gguf;
using Swift.Models.Tokenizers.Json;

namespace Swift.Models.ChatTemplates;

/// <summary>A template's text and the special tokens it names, from a model folder.</summary>
internal sealed record ChatTemplateSource(string Text, string Name, IReadOnlyDictionary<string, object?> SpecialTokens)
{
    /// <summary>What a model without a template of its own is spoken to in.</summary>
    private const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    /// <summary><c>chat_template.jinja</c>, else <c>chat_template.json</c>, else <c>tokenizer_config.json</c>'s, else ChatML.</summary>
    public static ChatTemplateSource Load(string folder)
    {
        var configPath = Path.Combine(folder, "tokenizer_config.json");
        using var config = File.Exists(configPath) ? JsonFile.Read(configPath) : null;
        var tokens = config is null ? [] : ReadSpecialTokens(config.RootElement);
        var filePath = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(filePath)) return new ChatTemplateSource(File.ReadAllText(filePath), filePath, tokens);
        var jsonPath = Path.Combine(folder, "chat_template.json");
        if (File.Exists(jsonPath))
        {
            using var json = JsonFile.Read(jsonPath);
            return new ChatTemplateSource(ReadTemplate(json.RootElement, jsonPath) ?? ChatMl, jsonPath, tokens);
        }
        return new ChatTemplateSource((config is null ? null : ReadTemplate(config.RootElement, configPath)) ?? ChatMl, configPath, tokens);
    }

    /// <summary>The template and the tokens that a GGUF file names.</summary>
    public static ChatTemplateSource From(GgufFile file)
    {
        var texts = file.Metadata.Texts("tokenizer.ggml.tokens") ?? [];
        var tokens = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, role) in new[] { ("bos_token", "bos"), ("eos_token", "eos"), ("pad_token", "padding"), ("unk_token", "unknown") })
        {
            if (file.Metadata.Integer($"tokenizer.ggml.{role}_token_id") is { } id && id >= 0 && id < texts.Count) tokens[name] = texts[(int)id];
        }
        return new ChatTemplateSource(file.Metadata.Text("tokenizer.chat_template") ?? ChatMl, file.Path, tokens);
    }

    /// <summary>One template, or several with names, of which <c>default</c> is the one for conversations.</summary>
    private static string? ReadTemplate(JsonElement root, string path)
    {
        if (root.Find("chat_template") is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var named in value.EnumerateArray())
            {
                if (named.TextOrNull("name") == "default") return named.Text("template");
            }
        }
        throw SwiftException.BadInput("template_missing", $"{path}: chat_template must be a string, or a list that has one named \"default\".");
    }

    private static Dictionary<string, object?> ReadSpecialTokens(JsonElement config)
    {
        var tokens = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var property in config.EnumerateObject())
        {
            if (!property.Name.EndsWith("_token", StringComparison.Ordinal)) continue;
            if (property.Value.ValueKind == JsonValueKind.String) tokens[property.Name] = property.Value.GetString();
            else if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TextOrNull("content") is { } content) tokens[property.Name] = content;
        }
        return tokens;
    }
}
