using System.Text.Json;
using Swift.Models.Tokenizers.Decoders;
using Swift.Models.Tokenizers.Encoders;

namespace Swift.Models.Tokenizers.Json;

/// <summary>The <c>decoder</c> of <c>tokenizer.json</c>.</summary>
internal static class DecoderReader
{
    public static TokenDecoder Read(JsonElement? element, Vocabulary vocabulary)
    {
        if (element?.Text("type") == "ByteLevel") return ByteStream(vocabulary, ByteLevelAlphabet.Read, stripLeadingSpace: false);
        throw JsonFields.Unsupported($"the decoder {element?.Text("type") ?? "null"}");
    }

    private static ByteStreamDecoder ByteStream(Vocabulary vocabulary, Func<string, byte[]> read, bool stripLeadingSpace)
    {
        var bytes = new byte[]?[vocabulary.Size];
        for (var id = 0; id < bytes.Length; id++)
        {
            if (vocabulary.TokenOf(id) is { } token) bytes[id] = read(token);
        }
        return new ByteStreamDecoder(id => (uint)id < (uint)bytes.Length ? bytes[id] : null, stripLeadingSpace);
    }
}
