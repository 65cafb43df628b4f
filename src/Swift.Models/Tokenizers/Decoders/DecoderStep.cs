using System.Text;
using Swift.Models.Tokenizers.Encoders;

namespace Swift.Models.Tokenizers.Decoders;

/// <summary>One stage of a decoder: from tokens to tokens that are nearer to text.</summary>
internal abstract class DecoderStep
{
    public abstract List<string> Apply(List<string> tokens);
}

/// <summary>Changes each token by itself; it is told the token's place.</summary>
internal sealed class EachToken(Func<string, int, int, string> change) : DecoderStep
{
    public override List<string> Apply(List<string> tokens)
    {
        for (var i = 0; i < tokens.Count; i++) tokens[i] = change(tokens[i], i, tokens.Count);
        return tokens;
    }

    /// <summary>Replaces a text by another.</summary>
    public static EachToken Replace(string old, string replacement) => new((token, _, _) => token.Replace(old, replacement, StringComparison.Ordinal));

    /// <summary>Takes up to so many of a character away at each end.</summary>
    public static EachToken Strip(char content, int start, int stop) => new((token, _, _) =>
    {
        var (from, to) = (0, token.Length);
        while (from < Math.Min(start, to) && token[from] == content) from++;
        while (token.Length - to < stop && to > from && token[to - 1] == content) to--;
        return token[from..to];
    });

    /// <summary>BERT's: a space before every token that starts a word.</summary>
    public static EachToken WordPiece(string prefix, bool cleanUp) => new((token, i, _) =>
    {
        if (i > 0) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanUp ? CleanUp(token) : token;
    });

    /// <summary>A suffix marks the end of a word.</summary>
    public static EachToken WordSuffix(string suffix) =>
        new((token, i, count) => token.Replace(suffix, i == count - 1 ? "" : " ", StringComparison.Ordinal));

    /// <summary>SentencePiece's; the space that was put in front of the text goes.</summary>
    public static EachToken Metaspace(char replacement, bool prepended) => new((token, i, _) => i == 0 && prepended
        ? token.Replace(replacement.ToString(), "", StringComparison.Ordinal)
        : token.Replace(replacement, ' '));

    private static string CleanUp(string text)
    {
        foreach (var (old, replacement) in (ReadOnlySpan<(string, string)>)
        [
            (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
        ])
        {
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }
        return text;
    }
}

/// <summary>Makes one token of all.</summary>
internal sealed class Fuse : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Reads runs of byte tokens as UTF-8.</summary>
internal sealed class BytesToText : DecoderStep
{
    public override List<string> Apply(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (ByteFallback.TryParse(token, out var value))
            {
                bytes.Add(value);
                continue;
            }
            Flush();
            result.Add(token);
        }
        Flush();
        return result;

        void Flush()
        {
            if (bytes.Count > 0) result.Add(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
    }
}

/// <summary>Reads tokens in GPT-2's alphabet as UTF-8.</summary>
internal sealed class ByteLevelToText : DecoderStep
{
    public override List<string> Apply(List<string> tokens) => [Encoding.UTF8.GetString([.. tokens.SelectMany(ByteLevelAlphabet.Read)])];
}
