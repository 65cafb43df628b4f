using System.IO.Compression;
using ZstdSharp;

namespace Swift.Data.Reading;

/// <summary>Files as their content: gzip and Zstandard are told by their first bytes and unpacked while they are read.</summary>
internal static class CompressedFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>The content from its beginning. Only that of a file that is not compressed can seek.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Stream Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);
        try
        {
            var start = new byte[4];
            var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            file.Position = 0;
            return start.AsSpan(0, read) switch
            {
                [0x1F, 0x8B, ..] => new GZipStream(file, CompressionMode.Decompress),
                [0x28, 0xB5, 0x2F, 0xFD] => new DecompressionStream(file, leaveOpen: false),
                _ => file,
            };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
