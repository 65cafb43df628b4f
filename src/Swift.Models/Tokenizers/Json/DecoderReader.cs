using System.Text;
using System.Text.Json;
using Swift.Models.Tokenizers.Decoders;
using Swift.Models.Tokenizers.Encoders;
using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>decoder</c> of <c>tokenizer.json</c>.</summary>
internal static class DecoderReader
{
    public static TokenDecoder Read(JsonElement? element, Vocabulary vocabulary)
    {
        // Without a decoder, tokens stand side by side.
        if (element is not { } decoder) return new StepDecoder(vocabulary.TokenOf, [], " ");
        var steps = Flatten(decoder).ToList();
        return (TokenDecoder?)AsByteStream(steps, vocabulary) ?? new StepDecoder(vocabulary.TokenOf, [.. steps.Select(ReadStep)], "");
    }

    private static IEnumerable<JsonElement> Flatten(JsonElement decoder) =>
        decoder.Text("type") == "Sequence" ? decoder.Items("decoders").SelectMany(Flatten) : [decoder];

    /// <summary>The usual decoders, in which every token has its bytes: GPT-2's, and SentencePiece's with byte fallback.</summary>
    private static ByteStreamDecoder? AsByteStream(List<JsonElement> steps, Vocabulary vocabulary)
    {
        var types = steps.Select(step => step.Text("type")).ToList();
        if (types is ["ByteLevel"]) return ByteStreamDecoder.Of(vocabulary, ByteLevelAlphabet.Read, stripLeadingSpace: false);
        if (types is not (["Replace", "ByteFallback", "Fuse"] or ["Replace", "ByteFallback", "Fuse", "Strip"])) return null;
        if (steps[0].Require("pattern").TextOrNull("String") is not { Length: > 0 } old) return null;
        var strips = types.Count == 4;
        if (strips && (steps[3].Text("content") != " " || steps[3].Integer("start", 0) != 1 || steps[3].Integer("stop", 0) != 0)) return null;
        var replacement = steps[0].Text("content");
        return ByteStreamDecoder.Of(vocabulary, token => ByteFallback.TryParse(token, out var value)
            ? [value]
            : Encoding.UTF8.GetBytes(token.Replace(old, replacement, StringComparison.Ordinal)), strips);
    }

    private static DecoderStep ReadStep(JsonElement step)
    {
        switch (step.Text("type"))
        {
            case "ByteLevel":
                return new ByteLevelToText();
            case "ByteFallback":
                return new BytesToText();
            case "Fuse":
                return new Fuse();
            case "Replace" when step.Require("pattern").TextOrNull("String") is { Length: > 0 } old:
                return EachToken.Replace(old, step.Text("content"));
            case "Strip" when step.Text("content") is [var content]:
                return EachToken.Strip(content, step.Integer("start", 0), step.Integer("stop", 0));
            case "Metaspace":
                return EachToken.Metaspace(PreTokenizerReader.Replacement(step), PreTokenizerReader.ReadPrependScheme(step) != PrependScheme.Never);
            case "WordPiece":
                return EachToken.WordPiece(step.TextOrNull("prefix") ?? "##", step.Flag("cleanup", otherwise: true));
            case "BPEDecoder":
                return EachToken.WordSuffix(step.TextOrNull("suffix") ?? "</w>");
            case var other:
                throw JsonFields.Unsupported($"the decoder {other}");
        }
    }
}
