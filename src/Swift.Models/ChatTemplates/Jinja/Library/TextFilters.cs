using System.Text;
using System.Text.RegularExpressions;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>Filters that give texts.</summary>
internal static partial class TextFilters
{
    public static object? ToJson(Rendering rendering, object? input, Arguments arguments)
    {
        // Hugging Face's order: ensure_ascii, indent, separators, sort_keys.
        var indent = arguments.Get(1, "indent") switch
        {
            null => null,
            string text => text,
            var width => new string(' ', Math.Clamp(PythonOperators.ToInt32(width), 0, 100)),
        };
        var (items, keys) = arguments.Get(2, "separators") is JinjaList { Count: 2 } separators
            ? (PythonText.Str(separators[0]), PythonText.Str(separators[1]))
            : (indent is null ? ", " : ",", ": ");
        var json = new PythonJson(arguments.Flag(0, "ensure_ascii"), indent, items, keys, arguments.Flag(3, "sort_keys")).Write(input);
        rendering.CheckLength(json.Length);
        rendering.Step(json.Length / 16);
        return json;
    }

    public static object? Indent(Rendering rendering, object? input, Arguments arguments)
    {
        var width = arguments.Get(0, "width", 4L) is string text ? text : new string(' ', Math.Clamp(arguments.Integer(0, "width", 4), 0, 1000));
        var blank = arguments.Flag(2, "blank");
        var lines = PythonText.Str(input).Split('\n');
        rendering.CheckLength(lines.Sum(line => (long)line.Length + width.Length + 1));
        var result = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0) result.Append('\n');
            if (i == 0 ? arguments.Flag(1, "first") : blank || lines[i].Length > 0) result.Append(width);
            result.Append(lines[i]);
        }
        return result.ToString();
    }

    public static object? Center(Rendering rendering, object? input, Arguments arguments) =>
        StringMethods.Find("center")!(rendering, PythonText.Str(input), Arguments.Of((long)arguments.Integer(0, "width", 80)));

    public static object? Truncate(Rendering rendering, object? input, Arguments arguments)
    {
        var text = PythonText.Str(input);
        var (length, end) = (arguments.Integer(0, "length", 255), arguments.Text(2, "end", "..."));
        if (text.Length <= length + arguments.Integer(3, "leeway", 5)) return text;
        var cut = text[..Math.Clamp(length - end.Length, 0, text.Length)];
        if (!arguments.Flag(1, "killwords") && cut.LastIndexOf(' ') is > 0 and var space) cut = cut[..space];
        return cut + end;
    }

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);

    public static string StripTags(string text) =>
        string.Join(' ', Tag().Replace(text, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("<!--.*?-->|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();
}
