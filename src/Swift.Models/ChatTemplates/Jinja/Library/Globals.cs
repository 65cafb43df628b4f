using System.Globalization;
using System.Text;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>Functions that every template can call: Jinja's, and the two that Hugging Face adds.</summary>
internal static class Globals
{
    public static Scope CreateScope() => new(null)
    {
        ["range"] = new JinjaCallable("range", Range),
        ["namespace"] = new JinjaCallable("namespace", (_, arguments) => Namespace(arguments)),
        ["dict"] = new JinjaCallable("dict", (_, arguments) => Dictionary(arguments)),
        ["joiner"] = new JinjaCallable("joiner", (_, arguments) => Joiner(arguments.Text(0, "sep", ", "))),
        ["cycler"] = new JinjaCallable("cycler", (_, arguments) => Cycler([.. arguments.Positional])),
        ["raise_exception"] = new JinjaCallable("raise_exception", (_, arguments) => throw new JinjaException(JinjaError.Raised, arguments.Text(0, "message", "the template refuses the conversation"))),
        ["strftime_now"] = new JinjaCallable("strftime_now", (rendering, arguments) => FormatTime(rendering.Clock.GetLocalNow(), PythonText.Str(arguments.Require(0, "format")))),
    };

    private static JinjaList Range(Rendering rendering, Arguments arguments)
    {
        var first = PythonOperators.ToInt32(arguments.Require(0, "start"));
        var (start, stop) = arguments.Positional.Count > 1 ? (first, PythonOperators.ToInt32(arguments.Positional[1])) : (0, first);
        var step = arguments.Integer(2, "step", 1);
        if (step == 0) throw JinjaException.Failed("range() arg 3 must not be zero");
        var count = Math.Max(0, ((long)stop - start + step - Math.Sign(step)) / step);
        if (count > 100_000) throw new JinjaException(JinjaError.Limit, "a range has more than 100000 numbers");
        rendering.Step(count);
        return new JinjaList(Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * (long)step))));
    }

    private static JinjaNamespace Namespace(Arguments arguments)
    {
        var space = new JinjaNamespace();
        if (arguments.Positional is [JinjaDictionary dictionary])
        {
            foreach (var (key, value) in dictionary.Items) space.Attributes[PythonText.Str(key)] = value;
        }
        foreach (var (name, value) in arguments.Named) space.Attributes[name] = value;
        return space;
    }

    private static JinjaDictionary Dictionary(Arguments arguments)
    {
        var dictionary = arguments.Positional is [JinjaDictionary other] ? other.Copy() : new JinjaDictionary();
        foreach (var (name, value) in arguments.Named) dictionary[name] = value;
        return dictionary;
    }

    private static JinjaCallable Joiner(string separator)
    {
        var used = false;
        return new JinjaCallable("joiner", (_, _) =>
        {
            var text = used ? separator : "";
            used = true;
            return text;
        });
    }

    private static JinjaNamespace Cycler(object?[] items)
    {
        if (items.Length == 0) throw JinjaException.Failed("at least one item has to be provided");
        var space = new JinjaNamespace { Attributes = { ["current"] = items[0] } };
        var at = 0;
        space.Attributes["next"] = new JinjaCallable("next", (_, _) =>
        {
            var item = items[at];
            at = (at + 1) % items.Length;
            space.Attributes["current"] = items[at];
            return item;
        });
        return space;
    }

    /// <summary>C's <c>strftime</c> with English names.</summary>
    private static string FormatTime(DateTimeOffset time, string format)
    {
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 >= format.Length)
            {
                result.Append(format[i]);
                continue;
            }
            var unpadded = format[i + 1] == '-' && i + 2 < format.Length;
            i += unpadded ? 2 : 1;
            var text = Field(time, format[i]);
            result.Append(unpadded ? text.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0" : text);
        }
        return result.ToString();
    }

    private static string Field(DateTimeOffset time, char field) => field switch
    {
        'Y' => time.ToString("yyyy", CultureInfo.InvariantCulture),
        'y' => time.ToString("yy", CultureInfo.InvariantCulture),
        'm' => time.ToString("MM", CultureInfo.InvariantCulture),
        'd' => time.ToString("dd", CultureInfo.InvariantCulture),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'H' => time.ToString("HH", CultureInfo.InvariantCulture),
        'I' => time.ToString("hh", CultureInfo.InvariantCulture),
        'M' => time.ToString("mm", CultureInfo.InvariantCulture),
        'S' => time.ToString("ss", CultureInfo.InvariantCulture),
        'f' => time.ToString("ffffff", CultureInfo.InvariantCulture),
        'p' => time.ToString("tt", CultureInfo.InvariantCulture),
        'B' => time.ToString("MMMM", CultureInfo.InvariantCulture),
        'b' or 'h' => time.ToString("MMM", CultureInfo.InvariantCulture),
        'A' => time.ToString("dddd", CultureInfo.InvariantCulture),
        'a' => time.ToString("ddd", CultureInfo.InvariantCulture),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'F' => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        'T' => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        'D' or 'x' => time.ToString("MM/dd/yy", CultureInfo.InvariantCulture),
        'X' => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        'c' => time.ToString("ddd MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture),
        'R' => time.ToString("HH:mm", CultureInfo.InvariantCulture),
        's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        'z' => time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal),
        'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => $"%{field}",
    };
}
