using System.Buffers.Binary;
using System.Text;

namespace Swift.Models.Native;

/// <summary>
/// Makes libLibTorchSharp.so loadable where libstdc++ is older than GCC 13.2 (Debian 12, Ubuntu 22.04).
/// Of GLIBCXX_3.4.32 it uses one symbol, <c>std::ios_base_library_init()</c>, called once to set up <c>cout</c>;
/// older libraries do the same in <c>std::ios_base::Init::Init()</c>, the constructor of an empty class. So the symbol is
/// renamed in .dynstr, its version index in .gnu.version becomes that of GLIBCXX_3.4, and the missing version is marked weak
/// in .gnu.version_r. Layouts: ELF-64 (System V ABI, gABI 4.1), GNU symbol versioning (LSB Core 5.0, 10.7).
/// </summary>
internal static class BridgePatch
{
    public const string MissingVersion = "GLIBCXX_3.4.32";

    /// <summary>Part of the cache key: raise it when the patch changes.</summary>
    public const string Revision = "1";

    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const string OldVersion = "GLIBCXX_3.4";

    private const uint DynamicSymbols = 11;
    private const uint VersionNeeds = 0x6ffffffe;
    private const uint VersionIndexes = 0x6fffffff;
    private const ushort Weak = 2;

    /// <summary>Returns a patched copy.</summary>
    /// <exception cref="BadImageFormatException">The file is not the library this was made for.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> library)
    {
        var image = library.ToArray();
        try
        {
            Patch(image);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new BadImageFormatException("libLibTorchSharp.so is damaged: a section lies outside the file.", e);
        }
        return image;
    }

    private static void Patch(byte[] image)
    {
        if (image.Length < 64 || !image.AsSpan(0, 6).SequenceEqual<byte>([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new BadImageFormatException("libLibTorchSharp.so is not a little-endian ELF-64 file.");
        var symbols = Section.Find(image, DynamicSymbols);
        var strings = Section.At(image, symbols.Link);
        var (newNeed, oldNeed) = FindVersions(image, Section.Find(image, VersionNeeds));

        const int symbolSize = 24;
        for (var index = 0; index < symbols.Size / symbolSize; index++)
        {
            var name = strings.Offset + (int)U32(image, symbols.Offset + index * symbolSize);
            if (!NameIs(image, name, NewSymbol))
                continue;
            image.AsSpan(name, NewSymbol.Length).Clear();
            Encoding.ASCII.GetBytes(OldSymbol, image.AsSpan(name));
            var versions = Section.Find(image, VersionIndexes);
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(versions.Offset + index * 2), U16(image, oldNeed + 6));
            BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(newNeed + 4), (ushort)(U16(image, newNeed + 4) | Weak));
            return;
        }
        throw new BadImageFormatException($"libLibTorchSharp.so needs {MissingVersion} for another symbol than {NewSymbol}.");
    }

    /// <summary>Offsets of the two version entries (Vernaux: hash u32, flags u16, index u16, name u32, next u32).</summary>
    private static (int New, int Old) FindVersions(byte[] image, Section needs)
    {
        var strings = Section.At(image, needs.Link);
        for (var need = needs.Offset; ;)
        {
            int? newNeed = null, oldNeed = null;
            for (var entry = need + (int)U32(image, need + 8); ;)
            {
                var name = strings.Offset + (int)U32(image, entry + 8);
                if (NameIs(image, name, MissingVersion))
                    newNeed = entry;
                else if (NameIs(image, name, OldVersion))
                    oldNeed = entry;
                var nextEntry = (int)U32(image, entry + 12);
                if (nextEntry == 0)
                    break;
                entry += nextEntry;
            }
            if (newNeed is { } found && oldNeed is { } older)
                return (found, older);
            var next = (int)U32(image, need + 12);
            if (next == 0)
                throw new BadImageFormatException($"libLibTorchSharp.so does not need both {MissingVersion} and {OldVersion}.");
            need += next;
        }
    }

    private static bool NameIs(byte[] image, int offset, string name) =>
        image.AsSpan(offset, name.Length + 1) is var bytes
        && bytes[^1] == 0 && Encoding.ASCII.GetString(bytes[..^1]) == name;

    private static ushort U16(byte[] image, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(offset));
    private static uint U32(byte[] image, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(offset));
    private static ulong U64(byte[] image, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(offset));

    /// <summary>One entry of the section header table (Elf64_Shdr, 64 bytes).</summary>
    private readonly record struct Section(uint Type, int Offset, int Size, int Link)
    {
        public static Section Find(byte[] image, uint type)
        {
            for (var index = 0; index < U16(image, 60); index++)
            {
                if (At(image, index) is var section && section.Type == type)
                    return section;
            }
            throw new BadImageFormatException($"libLibTorchSharp.so has no section of type 0x{type:x}.");
        }

        public static Section At(byte[] image, int index)
        {
            var header = checked((int)U64(image, 40)) + index * U16(image, 58);
            return new Section(U32(image, header + 4), checked((int)U64(image, header + 24)),
                checked((int)U64(image, header + 32)), (int)U32(image, header + 40));
        }
    }
}
