using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>What a for loop, a filter over items, or unpacking goes through.</summary>
internal static class Iteration
{
    public static IEnumerable<object?> Of(object? value, Rendering rendering)
    {
        switch (value)
        {
            case JinjaList list:
                rendering.Step(list.Count);
                return list.ToArray();
            case JinjaDictionary dictionary:
                rendering.Step(dictionary.Count);
                return dictionary.Keys.ToArray();
            case string text:
                rendering.Step(text.Length);
                return text.EnumerateRunes().Select(rune => (object?)rune.ToString());
            case Undefined:
                return [];
            default:
                throw JinjaException.Failed($"'{PythonOperators.TypeName(value)}' object is not iterable");
        }
    }

    public static bool IsIterable(object? value) => value is JinjaList or JinjaDictionary or string or Undefined;

    public static long Length(object? value) => value switch
    {
        JinjaList list => list.Count,
        JinjaDictionary dictionary => dictionary.Count,
        string text => Slices.LengthOf(text),
        Undefined => 0,
        _ => throw JinjaException.Failed($"object of type '{PythonOperators.TypeName(value)}' has no len()"),
    };
}
