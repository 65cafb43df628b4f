namespace Swift.Models.Tokenizers.Decoders;

/// <summary>Decodes by stages, for vocabularies in which the text of a token depends on its neighbours.</summary>
internal sealed class StepDecoder(Func<int, string?> tokenOf, IReadOnlyList<DecoderStep> steps, string separator) : TokenDecoder
{
    public override string Decode(ReadOnlySpan<int> ids)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (tokenOf(id) is { } token) tokens.Add(token);
        }
        foreach (var step in steps) tokens = step.Apply(tokens);
        return string.Join(separator, tokens);
    }

    public override IncrementalDetokenizer CreateDetokenizer(Func<int, bool> skips) => new Window(this, skips);

    /// <summary>
    /// Decodes the last tokens with and without the newest; the difference is the newest one's text. The token before
    /// stays in the window, so that what depends on a neighbour comes out right.
    /// </summary>
    private sealed class Window(StepDecoder decoder, Func<int, bool> skips) : IncrementalDetokenizer
    {
        private readonly List<int> ids = [];
        private int read;
        private string known = "";

        public override string Append(int id)
        {
            if (skips(id)) return "";
            ids.Add(id);
            var text = decoder.Decode(ids.ToArray());
            if (text.EndsWith('\uFFFD') || text.Length < known.Length) return "";
            var added = text[known.Length..];
            ids.RemoveRange(0, read);
            read = ids.Count;
            known = decoder.Decode(ids.ToArray());
            return added;
        }

        public override string Finish()
        {
            var text = decoder.Decode(ids.ToArray());
            return text.Length > known.Length ? text[known.Length..] : "";
        }
    }
}
