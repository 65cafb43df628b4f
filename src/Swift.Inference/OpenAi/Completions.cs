using Microsoft.AspNetCore.Http;
using Swift.Inference.Engine;

namespace Swift.Inference.OpenAi;

/// <summary><c>POST /v1/completions</c></summary>
internal sealed class Completions(ServedModels models, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        var request = await RequestReader.ReadAsync<CompletionRequest>(context.Request, ct);
        using var lease = RequestReader.FindModel(models, request);
        var served = lease.Served;
        var requests = Prepare(request, served);
        var promptTokens = requests.Sum(r => r.PromptTokens.Count) / (request.N ?? 1);
        var template = new CompletionResponse(
            $"cmpl-{Guid.NewGuid():N}", "text_completion", time.GetUtcNow().ToUnixTimeSeconds(), served.Name, [], null, served.Fingerprint);

        if (request.Stream == true)
        {
            await StreamAsync(context, request, served, requests, template, promptTokens, ct);
            return;
        }
        var completions = await served.Engine.GenerateAsync(requests, null, ct);
        await context.Response.WriteAsJsonAsync(
            template with
            {
                Choices = [.. completions.Select((c, i) => Choice(request, served, c, i))],
                Usage = new Usage(promptTokens, completions.Sum(c => c.Tokens.Count)),
            },
            OpenAiJson.Options, ct);
    }

    private static GenerationRequest[] Prepare(CompletionRequest request, ServedModel served)
    {
        if (request.Prompt is not { Count: > 0 } prompts)
            throw OpenAiException.BadParameter("prompt", "prompt must be given.", "missing_required_parameter");
        if (request.Echo == true)
            throw RequestReader.NotDone("echo");
        if (request.Suffix is { Length: > 0 })
            throw RequestReader.NotDone("suffix");
        var sampling = RequestReader.Sampling(request, served.Defaults, request.MaxTokens ?? 16, "max_tokens", request.Logprobs, "logprobs");
        var requests = new List<GenerationRequest>();
        foreach (var prompt in prompts)
        {
            var tokens = prompt.Tokens ?? served.Model.Tokenizer.EncodeWithSpecialTokens(prompt.Text!);
            if (tokens.Any(t => t < 0 || t >= served.Model.Tokenizer.VocabularySize))
                throw OpenAiException.BadParameter("prompt", $"prompt holds a token id outside 0 to {served.Model.Tokenizer.VocabularySize - 1}.");
            RequestReader.RoomFor(served, tokens.Count, "prompt");
            requests.AddRange(RequestReader.Copies(tokens, sampling, request.N ?? 1, (ulong)requests.Count));
        }
        return [.. requests];
    }

    private static CompletionChoice Choice(CompletionRequest request, ServedModel served, Completion completion, int index) =>
        new(index, completion.Text)
        {
            FinishReason = TokenTexts.Name(completion.FinishReason),
            Logprobs = request.Logprobs is null ? null : TokenTexts.ForCompletion(
                served.Model.Tokenizer, completion.Tokens, completion.RawLogProbabilities, completion.Top, 0),
        };

    private static async Task StreamAsync(
        HttpContext context, CompletionRequest request, ServedModel served, GenerationRequest[] requests,
        CompletionResponse template, int promptTokens, CancellationToken ct)
    {
        var events = new ServerSentEvents(context.Response);
        events.Start();
        var offsets = new int[requests.Length];
        var tokens = 0;
        await foreach (var delta in served.Engine.StreamAsync(requests, ct))
        {
            tokens++;
            if (delta.Text.Length == 0 && delta.Finished is null && request.Logprobs is null)
                continue;
            var choice = new CompletionChoice(delta.Index, delta.Text)
            {
                FinishReason = delta.Finished is null ? null : TokenTexts.Name(delta.Finished.FinishReason),
                Logprobs = request.Logprobs is null ? null : TokenTexts.ForCompletion(
                    served.Model.Tokenizer, [delta.Token], [delta.RawLogProbability], delta.Top.Count > 0 ? [delta.Top] : [], offsets[delta.Index]),
            };
            offsets[delta.Index] += TokenTexts.Text(served.Model.Tokenizer, delta.Token).Length;
            await events.WriteAsync(template with { Choices = [choice] }, ct);
        }
        if (request.StreamOptions?.IncludeUsage == true)
            await events.WriteAsync(template with { Usage = new Usage(promptTokens, tokens) }, ct);
        await events.FinishAsync(ct);
    }
}
