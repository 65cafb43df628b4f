using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;

namespace Swift.Inference.OpenAi;

/// <summary>Reads request bodies, and refuses what they ask for that cannot be done, naming the field.</summary>
internal static class RequestReader
{
    /// <exception cref="OpenAiException">400: the body is no JSON or a field has the wrong type.</exception>
    public static async Task<TRequest> ReadAsync<TRequest>(HttpRequest request, CancellationToken ct)
        where TRequest : SampledRequest
    {
        try
        {
            TRequest? body = await JsonSerializer.DeserializeAsync<TRequest>(request.Body, OpenAiJson.Options, ct);
            return body ?? throw OpenAiException.BadParameter("body", "The body must be a JSON object, not null.", "invalid_json");
        }
        catch (JsonException exception)
        {
            string field = (exception.Path ?? "$").TrimStart('$').TrimStart('.');
            throw field.Length > 0
                ? OpenAiException.BadParameter(field, $"The field '{field}' cannot be read: {Reason(exception)}.", "invalid_type")
                : OpenAiException.BadParameter("body", $"The body is not valid JSON: {Reason(exception)}.", "invalid_json");
        }
    }

    /// <summary>The sampling parameters of a request; what it leaves open comes from <paramref name="defaults"/>.</summary>
    /// <param name="maxTokens">Longest completion asked for.</param>
    /// <param name="maxTokensParameter">The field that gave it.</param>
    /// <param name="logprobs">Alternatives reported per token; null = no log-probabilities.</param>
    public static SamplingParameters Sampling(
        SampledRequest request, SamplingParameters defaults, int maxTokens, string maxTokensParameter, int? logprobs, string logprobsParameter)
    {
        RefuseWhatIsNotDone(request);
        if (request.N is < 1 or > 128)
            throw OpenAiException.BadParameter("n", $"n must be from 1 to 128, not {request.N}.");
        if (request.Stop is { Count: > 4 })
            throw OpenAiException.BadParameter("stop", "stop may hold at most 4 texts.");
        if (request.StreamOptions is not null && request.Stream != true)
            throw OpenAiException.BadParameter("stream_options", "stream_options may only be given with stream: true.");
        var parameters = defaults with
        {
            Temperature = request.Temperature ?? defaults.Temperature,
            TopP = request.TopP ?? defaults.TopP,
            TopK = request.TopK ?? defaults.TopK,
            MinP = request.MinP ?? defaults.MinP,
            RepetitionPenalty = request.RepetitionPenalty ?? defaults.RepetitionPenalty,
            MaxNewTokens = maxTokens,
            Stop = request.Stop ?? defaults.Stop,
            StopTokenIds = request.StopTokenIds ?? defaults.StopTokenIds,
            IgnoreEos = request.IgnoreEos ?? false,
            Seed = request.Seed ?? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))),
            Logprobs = logprobs,
        };
        foreach ((string parameter, string problem) in parameters.Problems())
        {
            string field = parameter switch { "max_new_tokens" => maxTokensParameter, "logprobs" => logprobsParameter, _ => parameter };
            throw OpenAiException.BadParameter(field, $"{field} {problem}.");
        }
        if (parameters.Temperature > 2)
            throw OpenAiException.BadParameter("temperature", $"temperature must be from 0 to 2, not {parameters.Temperature}.");
        return parameters;
    }

    /// <summary>The model that a request names.</summary>
    /// <exception cref="OpenAiException">400: none is named. 404: it is not served.</exception>
    public static ServedModelLease FindModel(ServedModels models, SampledRequest request)
    {
        if (string.IsNullOrEmpty(request.Model))
            throw OpenAiException.BadParameter("model", "model must be given.", "missing_required_parameter");
        return models.Find(request.Model) ?? throw OpenAiException.UnknownModel(request.Model, models.List().Select(m => m.Name));
    }

    /// <summary>Tokens that fit behind a prompt.</summary>
    /// <exception cref="OpenAiException">400: the prompt is empty or fills the context.</exception>
    public static int RoomFor(ServedModel served, int promptTokens, string field)
    {
        var longest = served.Engine.MaxSequenceLength;
        if (promptTokens == 0)
            throw OpenAiException.BadParameter(field, $"{field} has no tokens.");
        if (promptTokens >= longest)
            throw OpenAiException.BadParameter(field, $"This model's context is {longest} tokens, but {field} has {promptTokens}; one must be left to answer.", "context_length_exceeded");
        return longest - promptTokens;
    }

    /// <summary><paramref name="count"/> requests for the same prompt, each with a random stream of its own.</summary>
    public static GenerationRequest[] Copies(IReadOnlyList<int> prompt, SamplingParameters sampling, int count, ulong firstKey) =>
        [.. Enumerable.Range(0, count).Select(i => new GenerationRequest { PromptTokens = prompt, Sampling = sampling, Key = firstKey + (ulong)i })];

    private static void RefuseWhatIsNotDone(SampledRequest request)
    {
        if (request.PresencePenalty is not (null or 0))
            throw NotDone("presence_penalty");
        if (request.FrequencyPenalty is not (null or 0))
            throw NotDone("frequency_penalty");
        if (request.LogitBias is { Count: > 0 })
            throw NotDone("logit_bias");
    }

    public static OpenAiException NotDone(string parameter) =>
        OpenAiException.BadParameter(parameter, $"{parameter} is not supported by this server; leave it out.", "unsupported_parameter");

    /// <summary>The serializer's message without the place, which the caller says better.</summary>
    private static string Reason(JsonException exception)
    {
        string message = exception.Message;
        int place = message.IndexOf(" Path:", StringComparison.Ordinal);
        return (place < 0 ? message : message[..place]).TrimEnd('.', ' ');
    }
}
