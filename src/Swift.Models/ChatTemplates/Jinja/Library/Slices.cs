using System.Text;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>Places in strings and lists, with Python's negative indices. A string's places are code points.</summary>
internal static class Slices
{
    public static object? Index(object? value, object? index)
    {
        var at = PythonOperators.ToInt32(index);
        if (value is JinjaList list)
        {
            if (at < 0) at += list.Count;
            return at >= 0 && at < list.Count ? list[at] : new Undefined("list item " + PythonText.Str(index));
        }
        var text = (string)value!;
        if (!HasSurrogates(text))
        {
            if (at < 0) at += text.Length;
            return at >= 0 && at < text.Length ? text[at].ToString() : new Undefined("string index " + PythonText.Str(index));
        }
        var runes = text.EnumerateRunes().ToArray();
        if (at < 0) at += runes.Length;
        return at >= 0 && at < runes.Length ? runes[at].ToString() : new Undefined("string index " + PythonText.Str(index));
    }

    public static object? Slice(object? value, int? start, int? stop, int? step, Rendering rendering)
    {
        switch (value)
        {
            case JinjaList list:
                rendering.Step(list.Count);
                return new JinjaList(Positions(list.Count, start, stop, step).Select(at => list[at]), list.IsTuple);
            case string text when !HasSurrogates(text):
                rendering.Step(text.Length / 16);
                if (step is null or 1)
                {
                    var (from, to, _) = Bounds(text.Length, start, stop, 1);
                    return from < to ? text[from..to] : "";
                }
                return string.Concat(Positions(text.Length, start, stop, step).Select(at => text[at]));
            case string text:
                rendering.Step(text.Length);
                var runes = text.EnumerateRunes().ToArray();
                var result = new StringBuilder();
                foreach (var at in Positions(runes.Length, start, stop, step)) result.Append(runes[at]);
                return result.ToString();
            case Undefined missing:
                throw missing.Error();
            default:
                throw JinjaException.Failed($"'{PythonOperators.TypeName(value)}' object cannot be sliced");
        }
    }

    public static int LengthOf(string text) => HasSurrogates(text) ? text.EnumerateRunes().Count() : text.Length;

    private static bool HasSurrogates(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    private static IEnumerable<int> Positions(int length, int? start, int? stop, int? step)
    {
        var (from, to, by) = Bounds(length, start, stop, step ?? 1);
        for (long at = from; by > 0 ? at < to : at > to; at += by) yield return (int)at;
    }

    /// <summary>Python's <c>slice.indices</c>.</summary>
    private static (int From, int To, int Step) Bounds(int length, int? start, int? stop, int step)
    {
        if (step == 0) throw JinjaException.Failed("slice step cannot be zero");
        var (lowest, highest) = step > 0 ? (0, length) : (-1, length - 1);
        return (Clamp(start, step > 0 ? lowest : highest), Clamp(stop, step > 0 ? highest : lowest), step);

        int Clamp(int? bound, int otherwise) => bound is not { } given ? otherwise : Math.Clamp(given < 0 ? given + length : given, lowest, highest);
    }
}
