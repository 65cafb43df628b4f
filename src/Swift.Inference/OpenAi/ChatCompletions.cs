using Microsoft.AspNetCore.Http;
using Swift.Contracts.Chat;
using Swift.Inference.Engine;

namespace Swift.Inference.OpenAi;

/// <summary><c>POST /v1/chat/completions</c></summary>
internal sealed class ChatCompletions(ServedModels models, TimeProvider time)
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool"];

    public async Task HandleAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        var request = await RequestReader.ReadAsync<ChatCompletionRequest>(context.Request, ct);
        using var lease = RequestReader.FindModel(models, request);
        var served = lease.Served;
        var (prompt, requests) = Prepare(request, served);
        var template = new ChatCompletionResponse(
            $"chatcmpl-{Guid.NewGuid():N}", "chat.completion", time.GetUtcNow().ToUnixTimeSeconds(), served.Name, [], null, served.Fingerprint);

        if (request.Stream == true)
        {
            await StreamAsync(context, request, served, requests, template with { Object = "chat.completion.chunk" }, prompt.Length, ct);
            return;
        }
        var completions = await served.Engine.GenerateAsync(requests, null, ct);
        await context.Response.WriteAsJsonAsync(
            template with
            {
                Choices = [.. completions.Select((c, i) => Choice(request, served, c, i))],
                Usage = new Usage(prompt.Length, completions.Sum(c => c.Tokens.Count)),
            },
            OpenAiJson.Options, ct);
    }

    private static (int[] Prompt, GenerationRequest[] Requests) Prepare(ChatCompletionRequest request, ServedModel served)
    {
        if (request.Messages is not { Count: > 0 } messages)
            throw OpenAiException.BadParameter("messages", "messages must hold at least one message.", "missing_required_parameter");
        if (request.ResponseFormat?.Type is not (null or "text"))
            throw RequestReader.NotDone("response_format");
        if (request.Tools is { ValueKind: System.Text.Json.JsonValueKind.Array } tools && tools.GetArrayLength() > 0)
            throw RequestReader.NotDone("tools");
        if (request.TopLogprobs is not null && request.Logprobs != true)
            throw OpenAiException.BadParameter("top_logprobs", "top_logprobs may only be given with logprobs: true.");

        var rendered = served.Model.Template.Render([.. messages.Select(Message)], addGenerationPrompt: true);
        var prompt = served.Model.Tokenizer.Encode(rendered);
        var room = RequestReader.RoomFor(served, prompt.Length, "messages");
        var field = request.MaxCompletionTokens is null ? "max_tokens" : "max_completion_tokens";
        var sampling = RequestReader.Sampling(
            request, served.Defaults, request.MaxCompletionTokens ?? request.MaxTokens ?? room, field,
            request.Logprobs == true ? request.TopLogprobs ?? 0 : null, "top_logprobs");
        return (prompt, RequestReader.Copies(prompt, sampling, request.N ?? 1, 0));
    }

    private static ChatMessage Message(RequestMessage message, int index)
    {
        if (message.Role is null || !Roles.Contains(message.Role))
            throw OpenAiException.BadParameter($"messages[{index}].role", $"messages[{index}].role must be one of {string.Join(", ", Roles)}.");
        return new ChatMessage(message.Role == "developer" ? "system" : message.Role, message.Content);
    }

    private static ChatChoice Choice(ChatCompletionRequest request, ServedModel served, Completion completion, int index) => new(index)
    {
        Message = new ChatResponseMessage("assistant", completion.Text),
        FinishReason = TokenTexts.Name(completion.FinishReason),
        Logprobs = request.Logprobs != true ? null : new ChatLogprobs(
        [
            .. completion.Tokens.Select((token, i) => TokenTexts.ForChat(
                served.Model.Tokenizer, token, completion.RawLogProbabilities[i], completion.Top.Count > 0 ? completion.Top[i] : [])),
        ]),
    };

    private static async Task StreamAsync(
        HttpContext context, ChatCompletionRequest request, ServedModel served, GenerationRequest[] requests,
        ChatCompletionResponse template, int promptTokens, CancellationToken ct)
    {
        var events = new ServerSentEvents(context.Response);
        events.Start();
        for (var i = 0; i < requests.Length; i++)
            await events.WriteAsync(template with { Choices = [new ChatChoice(i) { Delta = new ChatResponseMessage("assistant", "") }] }, ct);
        var tokens = 0;
        await foreach (var delta in served.Engine.StreamAsync(requests, ct))
        {
            tokens++;
            if (delta.Text.Length == 0 && delta.Finished is null && request.Logprobs != true)
                continue;
            var choice = new ChatChoice(delta.Index)
            {
                Delta = new ChatResponseMessage(null, delta.Text),
                FinishReason = delta.Finished is null ? null : TokenTexts.Name(delta.Finished.FinishReason),
                Logprobs = request.Logprobs != true ? null : new ChatLogprobs(
                    [TokenTexts.ForChat(served.Model.Tokenizer, delta.Token, delta.RawLogProbability, delta.Top)]),
            };
            await events.WriteAsync(template with { Choices = [choice] }, ct);
        }
        if (request.StreamOptions?.IncludeUsage == true)
            await events.WriteAsync(template with { Usage = new Usage(promptTokens, tokens) }, ct);
        await events.FinishAsync(ct);
    }
}
