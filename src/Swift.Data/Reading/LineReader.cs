namespace Swift.Data.Reading;

/// <summary>The lines of a stream, one in memory at a time. Lines end in <c>\n</c>; a <c>\r</c> before it belongs to the line.</summary>
internal sealed class LineReader(Stream stream)
{
    /// <summary>A longer line is skipped, not held: a file without line ends must not exhaust the memory.</summary>
    public const int LongestLine = 64 << 20;

    private const int FirstBuffer = 1 << 16;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private bool _skipping;

    /// <summary>1-based number of the line that was read last.</summary>
    public int Number { get; private set; }

    /// <summary>Byte behind the line that was read last, its line end included.</summary>
    public long Position { get; private set; }

    /// <summary>The line was longer than <see cref="LongestLine"/>; its bytes were passed over.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Goes on behind a line that was read earlier; the stream stands there already.</summary>
    public void ContinueFrom(int number, long position) => (Number, Position) = (number, position);

    /// <summary>Reads the next line, without its line end; valid until the next call.</summary>
    /// <returns>False at the end. A file that ends in a line end has no empty line behind it.</returns>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Take(searched + length, 1);
                return true;
            }

            searched = Discard() ? 0 : _end - _start;
            if (Fill())
                continue;
            line = default;
            if (_end == _start && !_skipping)
                return false;
            line = Take(_end - _start, 0);
            return true;
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int lineEnd)
    {
        var line = _skipping ? default : _buffer.AsMemory(_start, length);
        _start += length + lineEnd;
        Position += length + lineEnd;
        Number++;
        TooLong = _skipping;
        _skipping = false;
        return line;
    }

    /// <summary>Gives up on a line that has become too long.</summary>
    private bool Discard()
    {
        if (_end - _start < LongestLine)
            return false;
        _skipping = true;
        Position += _end - _start;
        _start = _end = 0;
        return true;
    }

    /// <summary>Moves what is left to the front, makes room, reads more; false at the end of the stream.</summary>
    private bool Fill()
    {
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
