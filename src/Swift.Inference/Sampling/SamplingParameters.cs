using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Inference.Sampling;

/// <summary>How the tokens of one completion are drawn. Names and meanings are vLLM's.</summary>
public sealed record SamplingParameters
{
    /// <summary>Below this temperature the most probable token is taken.</summary>
    public const double GreedyTemperature = 1e-5;

    /// <summary>Divides the logits; 0 = greedy.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the k most probable tokens; 0 or -1 = all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of most probable tokens that together have this probability; in (0, 1].</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only tokens at least this probable relative to the most probable one; in [0, 1].</summary>
    public double MinP { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens that occur in the prompt or the completion; above 0, 1 = none.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Longest completion in tokens; at least 1. It also ends where the engine's longest sequence ends.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>Texts that end a completion; they are not part of its text.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Tokens that end a completion, besides the model's own.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>Goes on over the model's end-of-sequence tokens.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>With the request's key and the position it decides every draw; nothing else does.</summary>
    public long Seed { get; init; }

    /// <summary>How many of the most probable tokens are reported with each token; null = none, at most 20.</summary>
    public int? Logprobs { get; init; }

    /// <summary>The most probable token is taken, nothing is drawn.</summary>
    public bool IsGreedy => Temperature < GreedyTemperature;

    /// <summary>Some tokens are left out before the draw.</summary>
    internal bool Truncates => !IsGreedy && (TopK > 0 || TopP < 1 || MinP > 0);

    /// <summary>The sampling settings of a stage.</summary>
    /// <param name="defaultTemperature">Used where the stage gives none: 0 for an evaluation, 1 for rollouts.</param>
    public static SamplingParameters From(GenerationSpec generation, double defaultTemperature, long seed) => new()
    {
        Temperature = generation.Temperature ?? defaultTemperature,
        TopK = generation.TopK,
        TopP = generation.TopP,
        MinP = generation.MinP,
        RepetitionPenalty = generation.RepetitionPenalty,
        MaxNewTokens = generation.MaxNewTokens,
        Stop = generation.StopWords,
        Seed = seed,
    };

    /// <summary>Everything wrong with these parameters, each named as users spell it.</summary>
    public IEnumerable<(string Parameter, string Problem)> Problems()
    {
        if (!double.IsFinite(Temperature) || Temperature < 0 || Temperature > 100)
            yield return ("temperature", $"must be a number from 0 to 100, not {Temperature}");
        if (TopK < -1)
            yield return ("top_k", $"must be -1 or 0 (all tokens) or positive, not {TopK}");
        if (!(TopP > 0 && TopP <= 1))
            yield return ("top_p", $"must be above 0 and at most 1, not {TopP}");
        if (!(MinP >= 0 && MinP <= 1))
            yield return ("min_p", $"must be from 0 to 1, not {MinP}");
        if (!double.IsFinite(RepetitionPenalty) || RepetitionPenalty <= 0)
            yield return ("repetition_penalty", $"must be above 0, not {RepetitionPenalty}");
        if (MaxNewTokens < 1)
            yield return ("max_new_tokens", $"must be at least 1, not {MaxNewTokens}");
        if (Stop.Any(string.IsNullOrEmpty))
            yield return ("stop", "must not hold an empty text");
        if (Logprobs is < 0 or > 20)
            yield return ("logprobs", $"must be from 0 to 20, not {Logprobs}");
    }

    /// <summary>Refuses parameters that have <see cref="Problems"/>.</summary>
    /// <exception cref="SwiftException">Bad input, <c>bad_sampling_parameters</c>, naming each parameter.</exception>
    public void Validate()
    {
        string problems = string.Join("; ", Problems().Select(p => $"{p.Parameter} {p.Problem}"));
        if (problems.Length > 0)
            throw SwiftException.BadInput("bad_sampling_parameters", problems + ".");
    }
}
