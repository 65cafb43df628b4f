using System.Text;

namespace Swift.Inference.Engine;

/// <summary>
/// Finds the first of several stop texts in a text that arrives in pieces, and gives out only what can no longer
/// become part of one: the longest stop text, less one character, is held back.
/// </summary>
internal sealed class StopTextFilter(IReadOnlyList<string> stopTexts)
{
    private readonly int _longest = stopTexts.Count == 0 ? 0 : stopTexts.Max(s => s.Length);
    private readonly StringBuilder _held = new();

    /// <summary>A stop text was found; nothing more will be given out.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes the next piece and returns the text that is settled by it.</summary>
    public string Add(string piece)
    {
        if (Stopped || (piece.Length == 0 && _held.Length == 0))
            return "";
        if (_longest == 0)
            return piece;
        _held.Append(piece);
        string held = _held.ToString();
        // The match that is complete first ends the text; of two complete at the same character, the longer.
        int end = int.MaxValue, start = -1;
        foreach (string stop in stopTexts)
        {
            int at = held.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (at + stop.Length < end || (at + stop.Length == end && at < start)))
                (start, end) = (at, at + stop.Length);
        }
        if (start >= 0)
        {
            Stopped = true;
            _held.Clear();
            return held[..start];
        }
        int settled = Math.Max(0, held.Length - (_longest - 1));
        _held.Remove(0, settled);
        return held[..settled];
    }

    /// <summary>The text that was held back, when nothing more comes.</summary>
    public string Flush()
    {
        string rest = _held.ToString();
        _held.Clear();
        return rest;
    }
}
