using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Swift.Hosting.Artifacts;

/// <summary>What .NET does not offer of a POSIX file system: making a rename durable, and hard links.</summary>
internal static class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000; // O_RDONLY | O_DIRECTORY
    private const int NoSuchHardLink = 31; // EMLINK: too many links
    private const int CrossDevice = 18; // EXDEV
    private const int NotPermitted = 1; // EPERM: the file system has none, or fs.protected_hardlinks

    /// <summary>A rename is durable only when the directory it happened in was flushed.</summary>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return; // NTFS journals renames
        var descriptor = Open(path, OperatingSystem.IsLinux() ? ReadOnlyDirectory : 0);
        if (descriptor < 0) throw new IOException($"Cannot open the folder {path}: {LastError()}");
        try
        {
            if (Flush(descriptor) != 0) throw new IOException($"Cannot flush the folder {path}: {LastError()}");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Gives a file a second name; false where the file system cannot.</summary>
    public static bool TryHardLink(string existing, string path)
    {
        if (OperatingSystem.IsWindows()) return false;
        if (Link(existing, path) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error is NoSuchHardLink or CrossDevice or NotPermitted
            ? false
            : throw new IOException($"Cannot link {existing} to {path}: {new Win32Exception(error).Message}");
    }

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
}
