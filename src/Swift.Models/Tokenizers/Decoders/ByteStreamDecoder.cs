using System.Buffers;
using System.Text;
using Swift.Models.Tokenizers.Encoders;

namespace Swift.Models.Tokenizers.Decoders;

/// <summary>For vocabularies in which every token stands for bytes, whatever surrounds it: the text is the bytes' UTF-8.</summary>
/// <param name="bytesOf">The bytes of an id; null outside the vocabulary.</param>
/// <param name="stripLeadingSpace">One space at the very start is not part of the text.</param>
internal sealed class ByteStreamDecoder(Func<int, byte[]?> bytesOf, bool stripLeadingSpace) : TokenDecoder
{
    /// <summary>A decoder that reads every token's bytes once.</summary>
    public static ByteStreamDecoder Of(Vocabulary vocabulary, Func<string, byte[]> read, bool stripLeadingSpace)
    {
        var bytes = new byte[]?[vocabulary.Size];
        for (var id = 0; id < bytes.Length; id++)
        {
            if (vocabulary.TokenOf(id) is { } token) bytes[id] = read(token);
        }
        return new ByteStreamDecoder(id => (uint)id < (uint)bytes.Length ? bytes[id] : null, stripLeadingSpace);
    }

    public override string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 4));
        foreach (var id in ids)
        {
            bytes.Write(bytesOf(id));
        }
        var span = bytes.WrittenSpan;
        if (stripLeadingSpace && span.StartsWith((byte)' ')) span = span[1..];
        return Encoding.UTF8.GetString(span);
    }

    public override IncrementalDetokenizer CreateDetokenizer(Func<int, bool> skips) => new Stream(bytesOf, stripLeadingSpace, skips);

    private sealed class Stream(Func<int, byte[]?> bytesOf, bool stripLeadingSpace, Func<int, bool> skips) : IncrementalDetokenizer
    {
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
        private bool atStart = stripLeadingSpace;

        public override string Append(int id)
        {
            if (skips(id) || bytesOf(id) is not { Length: > 0 } bytes) return "";
            var span = bytes.AsSpan();
            if (atStart && span[0] == ' ') span = span[1..];
            atStart = false;
            return Read(span, flush: false);
        }

        public override string Finish() => Read([], flush: true);

        private string Read(ReadOnlySpan<byte> bytes, bool flush)
        {
            var text = new char[bytes.Length + 4];
            return new string(text, 0, decoder.GetChars(bytes, text, flush));
        }
    }
}
