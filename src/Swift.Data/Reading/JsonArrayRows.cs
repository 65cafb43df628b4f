using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Swift.Contracts.Experiments;

namespace Swift.Data.Reading;

/// <summary>Rows of a file that is one JSON array of objects; one object in memory at a time.</summary>
internal sealed class JsonArrayRows(Stream stream, string file)
{
    private const int FirstBuffer = 1 << 16;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _start;
    private int _end;
    private bool _last;
    private int _line = 1;
    private JsonReaderState _state;
    private bool _inside;

    /// <exception cref="SwiftException">Bad input <c>dataset_unreadable</c>: the array is not valid JSON; what follows the mistake has no rows to name.</exception>
    public IEnumerable<RawRow> Read()
    {
        SkipPreamble();
        while (true)
        {
            var step = Next(out var row);
            if (step == Step.End)
                yield break;
            if (step == Step.Row)
                yield return row;
            else
                Fill();
        }
    }

    private Step Next(out RawRow row)
    {
        row = default;
        try
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _last, _state);
            if (!_inside)
            {
                if (!reader.Read())
                    return Step.NeedsMore;
                _inside = true;
                Advance(reader);
                reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _last, _state);
            }

            if (!reader.Read())
                return Step.NeedsMore;
            if (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndArray)
            {
                Advance(reader);
                return ReadRest();
            }

            var from = (int)reader.TokenStartIndex;
            if (!JsonElement.TryParseValue(ref reader, out var element))
                return Step.NeedsMore;
            var content = _buffer.AsSpan(_start, (int)reader.BytesConsumed);
            if (!Utf8.IsValid(content))
                throw Unreadable("it is not UTF-8", null);
            row = element.Value.ValueKind == JsonValueKind.Object
                ? new RawRow(file, _line + content[..from].Count((byte)'\n'), element.Value, null)
                : new RawRow(file, _line + content[..from].Count((byte)'\n'), default, "not_an_object");
            Advance(reader);
            return Step.Row;
        }
        catch (JsonException exception)
        {
            // The parser counts lines from where it was given bytes; only what it says of the mistake is of use.
            var mistake = exception.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw Unreadable($"it is not valid JSON behind line {_line}: {mistake}", exception);
        }
    }

    /// <summary>Behind the array only white space may stand; anything else makes the reader throw.</summary>
    private Step ReadRest()
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _last, _state);
            reader.Read();
            if (_last)
                return Step.End;
            Advance(reader);
            Fill();
        }
    }

    private void Advance(Utf8JsonReader reader)
    {
        var consumed = (int)reader.BytesConsumed;
        _line += _buffer.AsSpan(_start, consumed).Count((byte)'\n');
        _start += consumed;
        _state = reader.CurrentState;
    }

    private void SkipPreamble()
    {
        while (_end < Encoding.UTF8.Preamble.Length && !_last)
            Fill();
        if (_buffer.AsSpan(0, _end).StartsWith(Encoding.UTF8.Preamble))
            _start = Encoding.UTF8.Preamble.Length;
    }

    private void Fill()
    {
        if (_end - _start >= LineReader.LongestLine)
            throw Unreadable($"the object on line {_line} is longer than {LineReader.LongestLine >> 20} MB", null);
        Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _last = read == 0;
    }

    private SwiftException Unreadable(string why, Exception? inner) =>
        SwiftException.BadInput("dataset_unreadable", $"Data set '{file}' begins as a JSON array, but {why}. Correct it, or write one object a line.", inner);

    private enum Step
    {
        Row,
        NeedsMore,
        End,
    }
}
