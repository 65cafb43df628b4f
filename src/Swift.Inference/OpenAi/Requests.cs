using System.Text.Json;
using System.Text.Json.Serialization;

namespace Swift.Inference.OpenAi;

/// <summary>What chat and plain completions have in common. Names beyond OpenAI's own (<c>top_k</c> …) are vLLM's.</summary>
internal abstract record SampledRequest
{
    public string? Model { get; init; }
    public double? Temperature { get; init; }
    public double? TopP { get; init; }
    public int? TopK { get; init; }
    public double? MinP { get; init; }
    public double? RepetitionPenalty { get; init; }
    public int? MaxTokens { get; init; }
    public long? Seed { get; init; }
    public int? N { get; init; }
    public bool? Stream { get; init; }
    public StreamOptions? StreamOptions { get; init; }
    public bool? IgnoreEos { get; init; }
    public IReadOnlyList<int>? StopTokenIds { get; init; }

    [JsonConverter(typeof(StringOrListConverter))]
    public IReadOnlyList<string>? Stop { get; init; }

    // Understood only well enough to be refused instead of ignored.
    public double? PresencePenalty { get; init; }
    public double? FrequencyPenalty { get; init; }
    public IReadOnlyDictionary<string, double>? LogitBias { get; init; }
}

internal sealed record StreamOptions
{
    public bool? IncludeUsage { get; init; }
}

/// <summary>Body of <c>POST /v1/chat/completions</c>.</summary>
internal sealed record ChatCompletionRequest : SampledRequest
{
    public IReadOnlyList<RequestMessage>? Messages { get; init; }

    /// <summary>Takes the place of <c>max_tokens</c>.</summary>
    public int? MaxCompletionTokens { get; init; }

    public bool? Logprobs { get; init; }
    public int? TopLogprobs { get; init; }
    public ResponseFormat? ResponseFormat { get; init; }
    public JsonElement? Tools { get; init; }
}

internal sealed record RequestMessage
{
    public string? Role { get; init; }

    [JsonConverter(typeof(TextContentConverter))]
    public string Content { get; init; } = "";
}

internal sealed record ResponseFormat
{
    public string? Type { get; init; }
}

/// <summary>Body of <c>POST /v1/completions</c>.</summary>
internal sealed record CompletionRequest : SampledRequest
{
    [JsonConverter(typeof(PromptConverter))]
    public IReadOnlyList<Prompt>? Prompt { get; init; }

    public int? Logprobs { get; init; }
    public bool? Echo { get; init; }
    public string? Suffix { get; init; }
}

/// <summary>One prompt: either a text or token ids.</summary>
internal readonly record struct Prompt(string? Text, IReadOnlyList<int>? Tokens);
