using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Swift.Api.Audit.Heads;

/// <summary>
/// Opens a file such that all that is written goes to its end, whoever else writes to it: also one that the system lets
/// nobody write to otherwise (<c>chattr +a</c>). .NET's <see cref="FileMode.Append"/> only begins at the end.
/// </summary>
internal static class AppendOnly
{
    private const int WriteOnly = 0x1, Create = 0x40, Append = 0x400, CloseOnExec = 0x80000;
    private const int ReadableByAll = 0x1A4;

    /// <exception cref="IOException">The file cannot be opened like that.</exception>
    internal static SafeFileHandle Open(string path)
    {
        if (!OperatingSystem.IsLinux()) return File.OpenHandle(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        var file = new SafeFileHandle(OpenFile(path, WriteOnly | Create | Append | CloseOnExec, ReadableByAll), ownsHandle: true);
        if (!file.IsInvalid) return file;
        var error = Marshal.GetLastPInvokeErrorMessage();
        file.Dispose();
        throw new IOException(error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int OpenFile([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);
}
