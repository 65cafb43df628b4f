using System.Buffers.Binary;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Conversion;

/// <summary>Walks the fields of one message in protocol buffers' wire format. Never looks outside the bytes, whatever they say.</summary>
/// <param name="path">The file, for messages.</param>
internal ref struct ProtobufFields(ReadOnlySpan<byte> bytes, string path)
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>The current field's number.</summary>
    public int Number { get; private set; }

    /// <summary>A varint's or a fixed number's bits.</summary>
    public ulong Value { get; private set; }

    /// <summary>A length-delimited field's bytes; empty for others.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>A 32-bit float.</summary>
    public readonly float Float => BitConverter.UInt32BitsToSingle((uint)Value);

    public readonly bool Flag => Value != 0;

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_position == _bytes.Length) return false;
        var key = ReadVarint();
        Number = (int)Math.Min(key >> 3, int.MaxValue);
        Content = default;
        Value = 0;
        switch ((int)(key & 7))
        {
            case Varint:
                Value = ReadVarint();
                break;
            case Fixed64:
                Value = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case LengthDelimited:
                Content = Take(ReadVarint());
                break;
            case Fixed32:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw Damaged();
        }
        return true;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Damaged();
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - _position)) throw Damaged();
        var taken = _bytes.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }

    private readonly SwiftException Damaged() =>
        SwiftException.BadInput("tokenizer_invalid", $"{path}: no SentencePiece model, or a damaged one: byte {_position} fits no field.");
}
