using Swift.Contracts.Experiments;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;

namespace Swift.Inference.Tests.Engine;

public sealed class GenerationEngineTests(SmallModel model) : IClassFixture<SmallModel>
{
    private static readonly string[] Prompts =
        ["What is two", "The cat", "The dog sat on the log and the cat on the mat, and", "G", "What is two", "数字", "The answer is", "on the log"];

    private static readonly SamplingParameters Sampled = new() { Temperature = 0.8, MaxNewTokens = 24, Seed = 9, IgnoreEos = true };

    [Fact]
    public async Task Greedy_tokens_are_those_of_full_forward_passes()
    {
        using var engine = model.StartEngine();
        var completions = await engine.GenerateAsync(Requests(Sampled with { Temperature = 0, MaxNewTokens = 12 }), null, Ct);
        for (var i = 0; i < Prompts.Length; i++)
        {
            var tokens = model.Tokenizer.Encode(Prompts[i]).ToList();
            for (var step = 0; step < 12; step++)
            {
                var logits = model.FullForward(tokens)[^1];
                tokens.Add(Array.IndexOf(logits, logits.Max()));
            }
            completions[i].Tokens.ShouldBe(tokens.TakeLast(12));
        }
    }

    [Theory]
    [InlineData(16, 4096)]
    [InlineData(3, 4096)]
    [InlineData(16, 8)]
    public async Task Log_probabilities_are_those_of_full_forward_passes(int maxBatchSize, int maxBatchedTokens)
    {
        using var engine = model.StartEngine(maxBatchSize, maxBatchedTokens);
        var completions = await engine.GenerateAsync(Requests(Sampled), null, Ct);
        for (var i = 0; i < Prompts.Length; i++)
        {
            var prompt = model.Tokenizer.Encode(Prompts[i]);
            var logits = model.FullForward([.. prompt, .. completions[i].Tokens]);
            completions[i].Tokens.Count.ShouldBe(24);
            for (var j = 0; j < 24; j++)
            {
                var token = completions[i].Tokens[j];
                var row = logits[prompt.Length - 1 + j];
                ((double)completions[i].LogProbabilities[j]).ShouldBe(SmallModel.LogSoftmax(row, 0.8)[token], 1e-4);
                ((double)completions[i].RawLogProbabilities[j]).ShouldBe(SmallModel.LogSoftmax(row)[token], 1e-4);
            }
        }
    }

    [Fact]
    public async Task The_same_requests_give_the_same_bits()
    {
        var first = await Run();
        var second = await Run();
        for (var i = 0; i < Prompts.Length; i++)
        {
            second[i].Tokens.ShouldBe(first[i].Tokens);
            second[i].LogProbabilities.ShouldBe(first[i].LogProbabilities);
            second[i].Text.ShouldBe(first[i].Text);
        }

        async Task<IReadOnlyList<Completion>> Run()
        {
            using var engine = model.StartEngine(maxBatchSize: 5);
            return await engine.GenerateAsync(Requests(Sampled), null, Ct);
        }
    }

    [Fact]
    public async Task A_completion_does_not_depend_on_the_others()
    {
        using var engine = model.StartEngine();
        var requests = Requests(Sampled);
        var together = await engine.GenerateAsync(requests, null, Ct);
        for (var i = 0; i < requests.Length; i++)
            (await engine.GenerateAsync([requests[i]], null, Ct))[0].Tokens.ShouldBe(together[i].Tokens);
    }

    [Fact]
    public async Task Completions_of_one_prompt_differ_by_their_keys_only()
    {
        using var engine = model.StartEngine();
        var completions = await engine.GenerateAsync(
            [.. new ulong[] { 1, 2, 1, 3 }.Select(key => model.Request("The cat", Sampled, key))], null, Ct);
        completions[2].Tokens.ShouldBe(completions[0].Tokens);
        completions[1].Tokens.ShouldNotBe(completions[0].Tokens);
        completions[3].Tokens.ShouldNotBe(completions[1].Tokens);
    }

    [Fact]
    public async Task A_stop_token_ends_a_completion_and_is_in_its_tokens_but_not_in_its_text()
    {
        using var engine = model.StartEngine();
        var free = (await engine.GenerateAsync([model.Request("The cat", Sampled)], null, Ct))[0];
        var stop = free.Tokens[6];
        var at = free.Tokens.ToList().IndexOf(stop);
        var stopped = (await engine.GenerateAsync([model.Request("The cat", Sampled with { StopTokenIds = [stop] })], null, Ct))[0];
        stopped.Tokens.ShouldBe(free.Tokens.Take(at + 1));
        stopped.Text.ShouldBe(model.Tokenizer.Decode(free.Tokens.Take(at).ToArray()));
        stopped.FinishReason.ShouldBe(FinishReason.Stop);
        free.FinishReason.ShouldBe(FinishReason.Length);
    }

    [Fact]
    public async Task A_stop_text_ends_a_completion_and_no_part_of_it_is_streamed()
    {
        using var engine = model.StartEngine();
        var free = (await engine.GenerateAsync([model.Request("The cat", Sampled)], null, Ct))[0];
        var stop = free.Text.Substring(free.Text.Length / 2, 3);
        var streamed = "";
        Completion? finished = null;
        await foreach (var delta in engine.StreamAsync([model.Request("The cat", Sampled with { Stop = [stop] })], Ct))
        {
            streamed += delta.Text;
            finished = delta.Finished ?? finished;
        }
        streamed.ShouldBe(free.Text[..free.Text.IndexOf(stop, StringComparison.Ordinal)]);
        finished.ShouldNotBeNull().Text.ShouldBe(streamed);
        finished.FinishReason.ShouldBe(FinishReason.Stop);
    }

    [Fact]
    public async Task Streamed_pieces_are_together_the_completion()
    {
        using var engine = model.StartEngine();
        var requests = Requests(Sampled);
        var whole = await engine.GenerateAsync(requests, null, Ct);
        var texts = new string[requests.Length];
        var tokens = requests.Select(_ => new List<int>()).ToArray();
        await foreach (var delta in engine.StreamAsync(requests, Ct))
        {
            texts[delta.Index] += delta.Text;
            tokens[delta.Index].Add(delta.Token);
        }
        for (var i = 0; i < requests.Length; i++)
        {
            texts[i].ShouldBe(whole[i].Text);
            tokens[i].ShouldBe(whole[i].Tokens);
        }
    }

    [Fact]
    public async Task A_cancelled_request_ends_and_the_others_go_on()
    {
        using var engine = model.StartEngine();
        using var cancellation = new CancellationTokenSource();
        var cancelled = engine.GenerateAsync([model.Request("The dog", Sampled with { MaxNewTokens = 200 })], null, cancellation.Token);
        var other = engine.GenerateAsync(Requests(Sampled), null, Ct);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        (await other).Count.ShouldBe(Prompts.Length);

        await foreach (var delta in engine.StreamAsync([model.Request("The dog", Sampled)], Ct))
            break; // whoever stops reading cancels
        (await engine.GenerateAsync(Requests(Sampled), null, Ct)).Count.ShouldBe(Prompts.Length);
    }

    [Fact]
    public async Task A_completion_ends_where_the_context_ends()
    {
        using var engine = new GenerationEngine(model.Decoder, model.Tokenizer, new EngineOptions { MaxSequenceLength = 20 });
        var request = model.Request("The cat", Sampled with { MaxNewTokens = 500 });
        var completion = (await engine.GenerateAsync([request], null, Ct))[0];
        completion.Tokens.Count.ShouldBe(20 - request.PromptTokens.Count);
        completion.FinishReason.ShouldBe(FinishReason.Length);
        var tooLong = new GenerationRequest { PromptTokens = [.. Enumerable.Repeat(65, 20)], Sampling = Sampled };
        (await Should.ThrowAsync<SwiftException>(() => engine.GenerateAsync([tooLong], null, Ct))).Reason.Code.ShouldBe("prompt_too_long");
    }

    [Fact]
    public async Task An_engine_that_is_disposed_fails_what_is_under_way()
    {
        var engine = model.StartEngine();
        var running = engine.GenerateAsync([model.Request("The cat", Sampled with { MaxNewTokens = 240 })], null, Ct);
        engine.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(() => running);
        await Should.ThrowAsync<ObjectDisposedException>(() => engine.GenerateAsync([model.Request("The cat", Sampled)], null, Ct));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private GenerationRequest[] Requests(SamplingParameters sampling) =>
        [.. Prompts.Select((prompt, i) => model.Request(prompt, sampling, (ulong)i))];
}
