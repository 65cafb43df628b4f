using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>Methods of dictionaries and lists. The changing ones work on the template's own copy of what it was given.</summary>
internal static class CollectionMethods
{
    public static Func<Arguments, object?>? Find(JinjaDictionary dictionary, string name) => name switch
    {
        "get" => arguments => dictionary.TryGet(arguments.Require(0, "key"), out var value) ? value : arguments.Get(1, "default"),
        "keys" => _ => new JinjaList(dictionary.Keys),
        "values" => _ => new JinjaList(dictionary.Values),
        "items" => _ => Items(dictionary),
        "copy" => _ => dictionary.Copy(),
        "pop" => arguments => dictionary.Remove(arguments.Require(0, "key"), out var value) ? value
            : arguments.TryGet(1, "default", out var otherwise) ? otherwise : throw JinjaException.Failed($"there is no key {PythonText.Repr(arguments.Positional[0])}"),
        "setdefault" => arguments => SetDefault(dictionary, arguments),
        "update" => arguments => Update(dictionary, arguments),
        _ => null,
    };

    public static Func<Arguments, object?>? Find(JinjaList list, string name) => name switch
    {
        "index" => arguments => list.FindIndex(item => PythonOperators.AreEqual(item, arguments.Require(0, "value"))) is >= 0 and var at
            ? (long)at
            : throw JinjaException.Failed($"{PythonText.Repr(arguments.Positional[0])} is not in list"),
        "count" => arguments => (long)list.Count(item => PythonOperators.AreEqual(item, arguments.Require(0, "value"))),
        _ when list.IsTuple => null,
        "copy" => _ => new JinjaList(list),
        "append" => arguments => Change(list, () => list.Add(arguments.Require(0, "value"))),
        "extend" => arguments => Change(list, () => list.AddRange((arguments.Require(0, "values") as JinjaList ?? throw JinjaException.Failed("extend takes a list")).ToArray())),
        "insert" => arguments => Change(list, () => list.Insert(Math.Clamp(PythonOperators.ToInt32(arguments.Require(0, "index")), 0, list.Count), arguments.Require(1, "value"))),
        "reverse" => _ => Change(list, list.Reverse),
        "pop" => arguments => Pop(list, arguments.Integer(0, "index", -1)),
        _ => null,
    };

    public static JinjaList Items(JinjaDictionary dictionary) => new(dictionary.Items.Select(item => (object?)JinjaList.Tuple(item.Key, item.Value)));

    private static object? Change(JinjaList list, Action change)
    {
        if (list.Count >= 1_000_000) throw new JinjaException(JinjaError.Limit, "a list has more than a million items");
        change();
        return null;
    }

    private static object? Pop(JinjaList list, int index)
    {
        if (index < 0) index += list.Count;
        if (index < 0 || index >= list.Count) throw JinjaException.Failed("pop index out of range");
        var value = list[index];
        list.RemoveAt(index);
        return value;
    }

    private static object? SetDefault(JinjaDictionary dictionary, Arguments arguments)
    {
        var key = arguments.Require(0, "key");
        if (dictionary.TryGet(key, out var value)) return value;
        dictionary[key] = arguments.Get(1, "default");
        return arguments.Get(1, "default");
    }

    private static object? Update(JinjaDictionary dictionary, Arguments arguments)
    {
        if (arguments.Positional is [JinjaDictionary other])
        {
            foreach (var (key, value) in other.Items.ToArray()) dictionary[key] = value;
        }
        foreach (var (key, value) in arguments.Named) dictionary[key] = value;
        return null;
    }
}
