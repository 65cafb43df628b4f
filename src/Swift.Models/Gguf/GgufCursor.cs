using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Swift.Models.Gguf;

/// <summary>Reads little-endian values one after the other; nothing beyond the end, and no count larger than what is left.</summary>
internal sealed class GgufCursor(string path, SafeBuffer file, long length)
{
    /// <summary>Of a list, of tensors, of bytes in a text: far above any vocabulary.</summary>
    private const ulong MostItems = 1 << 24;

    public string Path => path;

    public long Position { get; private set; }

    public long Length => length;

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(stackalloc byte[4]));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(stackalloc byte[8]));

    /// <summary>A number of items of which each takes at least so many bytes of the file.</summary>
    public int Count(int bytesEach)
    {
        var count = U64();
        if (count > (ulong)((length - Position) / bytesEach) || count > MostItems)
            throw GgufFile.Bad(path, $"announces {count} items, more than fit into it");
        return (int)count;
    }

    public string Text()
    {
        var bytes = new byte[Count(1)];
        Bytes(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>One value of a metadata type, as long, ulong, double, bool or string.</summary>
    public object Value(uint type) => type switch
    {
        0 => (long)Bytes(stackalloc byte[1])[0],
        1 => (long)(sbyte)Bytes(stackalloc byte[1])[0],
        2 => (long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(stackalloc byte[2])),
        3 => (long)BinaryPrimitives.ReadInt16LittleEndian(Bytes(stackalloc byte[2])),
        4 => (long)U32(),
        5 => (long)(int)U32(),
        6 => (double)BinaryPrimitives.ReadSingleLittleEndian(Bytes(stackalloc byte[4])),
        7 => Bytes(stackalloc byte[1])[0] != 0,
        8 => Text(),
        10 => U64() is var value && value <= long.MaxValue ? (long)value : throw GgufFile.Bad(path, "has a number above 2^63"),
        11 => (long)U64(),
        12 => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(stackalloc byte[8])),
        _ => throw GgufFile.Bad(path, $"has a value of the unknown type {type}"),
    };

    /// <summary>Bytes of a metadata type in the file; of a text the bytes of its length.</summary>
    public int SizeOf(uint type) => type switch
    {
        0 or 1 or 7 => 1,
        2 or 3 => 2,
        4 or 5 or 6 => 4,
        8 or 10 or 11 or 12 => 8,
        _ => throw GgufFile.Bad(path, $"has a list of the type {type}"),
    };

    private Span<byte> Bytes(Span<byte> buffer)
    {
        if (buffer.Length > length - Position)
            throw GgufFile.Bad(path, "ends in the middle of its header");
        file.ReadSpan((ulong)Position, buffer);
        Position += buffer.Length;
        return buffer;
    }
}
