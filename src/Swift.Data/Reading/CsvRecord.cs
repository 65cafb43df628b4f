using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Swift.Data.Reading;

/// <summary>The fields of one record, taken from one line or, where a field in quotes goes on, from several.</summary>
internal sealed class CsvRecord(byte separator)
{
    private readonly List<string> _fields = [];
    private readonly ArrayBufferWriter<byte> _field = new();
    private State _state;

    public enum State
    {
        /// <summary>The record is complete.</summary>
        Complete,

        /// <summary>A field in quotes is open: the next line belongs to it.</summary>
        InQuotes,
    }

    /// <summary>Texts of a complete record without <see cref="Problem"/>.</summary>
    public IReadOnlyList<string> Fields => _fields;

    /// <summary>An empty line: a single field without a character.</summary>
    public bool IsEmpty => _fields is [""];

    /// <summary><c>bad_csv</c> (a quote in the middle of a field), <c>bad_encoding</c>, or null.</summary>
    public string? Problem { get; private set; }

    public void Start()
    {
        _fields.Clear();
        _field.ResetWrittenCount();
        _state = State.Complete;
        Problem = null;
    }

    /// <summary>Takes in a line without its line end.</summary>
    public State Add(ReadOnlySpan<byte> line)
    {
        if (_state == State.InQuotes)
        {
            _field.Write("\n"u8);
            line = ReadQuoted(line);
            if (_state == State.InQuotes || Problem is not null || line.IsEmpty)
                return _state;
            line = line[1..];
        }

        while (true)
        {
            var last = line is [(byte)'"', ..] ? QuotedField(ref line) : PlainField(ref line);
            if (last)
                return _state;
        }
    }

    private bool QuotedField(ref ReadOnlySpan<byte> line)
    {
        line = ReadQuoted(line[1..]);
        if (_state == State.InQuotes || Problem is not null || line.IsEmpty)
            return true;
        line = line[1..];
        return false;
    }

    private bool PlainField(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf(separator);
        var field = end < 0 ? line.TrimEnd((byte)'\r') : line[..end];
        if (field.Contains((byte)'"'))
            Problem = "bad_csv";
        _field.Write(field);
        EndField();
        if (end >= 0)
            line = line[(end + 1)..];
        return end < 0 || Problem is not null;
    }

    /// <summary>Reads to the closing quote; answers what follows it: nothing, or a separator.</summary>
    private ReadOnlySpan<byte> ReadQuoted(ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var quote = line.IndexOf((byte)'"');
            if (quote < 0)
            {
                _field.Write(line);
                _state = State.InQuotes;
                return [];
            }

            _field.Write(line[..quote]);
            line = line[(quote + 1)..];
            if (line is not [(byte)'"', ..])
                break;
            _field.Write("\""u8);
            line = line[1..];
        }

        _state = State.Complete;
        EndField();
        if (line is [(byte)'\r'])
            return [];
        if (!line.IsEmpty && line[0] != separator)
            Problem = "bad_csv";
        return line;
    }

    private void EndField()
    {
        if (Utf8.IsValid(_field.WrittenSpan))
            _fields.Add(Encoding.UTF8.GetString(_field.WrittenSpan));
        else
            Problem = "bad_encoding";
        _field.ResetWrittenCount();
    }
}
