using System.Text;
using Swift.Inference.Engine;
using Swift.Inference.Sampling;
using Swift.Models.Tokenizers;

namespace Swift.Inference.OpenAi;

/// <summary>Log-probabilities in OpenAI's two forms.</summary>
internal static class TokenTexts
{
    /// <summary>The form of chat completions.</summary>
    public static ChatTokenLogprob ForChat(Tokenizer tokenizer, int token, float logProbability, IReadOnlyList<TokenLogProbability> top) =>
        Entry(tokenizer, token, logProbability, [.. top.Select(t => Entry(tokenizer, t.Token, t.LogProbability, null))]);

    /// <summary>The form of plain completions.</summary>
    /// <param name="offset">Characters of the choice's text in front of the first of these tokens.</param>
    public static CompletionLogprobs ForCompletion(
        Tokenizer tokenizer, IReadOnlyList<int> tokens, IReadOnlyList<float> logProbabilities,
        IReadOnlyList<IReadOnlyList<TokenLogProbability>> top, int offset)
    {
        string[] texts = [.. tokens.Select(t => Text(tokenizer, t))];
        var offsets = new int[texts.Length];
        for (var i = 0; i < offsets.Length; offset += texts[i].Length, i++)
            offsets[i] = offset;
        return new CompletionLogprobs(texts, logProbabilities, [.. top.Select(t => MostProbable(tokenizer, t))], offsets);
    }

    public static string Text(Tokenizer tokenizer, int token) => tokenizer.Decode([token], skipSpecialTokens: false);

    public static string Name(FinishReason reason) => reason == FinishReason.Stop ? "stop" : "length";

    private static ChatTokenLogprob Entry(Tokenizer tokenizer, int token, float logProbability, IReadOnlyList<ChatTokenLogprob>? top)
    {
        var text = Text(tokenizer, token);
        return new ChatTokenLogprob(text, logProbability, [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)], top);
    }

    /// <summary>Of tokens with the same text (pieces of characters) the most probable one counts.</summary>
    private static Dictionary<string, float> MostProbable(Tokenizer tokenizer, IReadOnlyList<TokenLogProbability> top)
    {
        var result = new Dictionary<string, float>();
        foreach (var (token, logProbability) in top)
            result.TryAdd(Text(tokenizer, token), logProbability);
        return result;
    }
}
