using System.Runtime.InteropServices;

namespace Swift.Models.Native;

/// <summary>
/// Tells glibc's malloc, which libtorch allocates tensors with, to keep what is freed.
/// By default every big tensor is mapped, zeroed page by page by the kernel and unmapped again, at every operation of every
/// step: two to four times the time of a training step on virtual machines.
/// </summary>
internal static partial class GlibcAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    /// <summary>Must run before the first tensor. Another C library (musl) has no such switch and is left alone.</summary>
    public static void KeepFreedMemory()
    {
        try
        {
            // Refused by some versions above 32 MiB: then no block is ever mapped on its own.
            if (mallopt(MmapThreshold, int.MaxValue) == 0)
                _ = mallopt(MmapMax, 0);
            _ = mallopt(TrimThreshold, int.MaxValue);
            _ = mallopt(TopPad, 256 << 20);
            // A thread's own arena cannot hold a block above 64 MiB and maps it after all; few threads allocate tensors.
            _ = mallopt(ArenaMax, 1);
        }
        catch (EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
