using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>Filters that go through the items of a sequence.</summary>
internal static class ItemFilters
{
    public static object? Map(Rendering rendering, object? input, Arguments arguments)
    {
        var items = ItemsOf(input, rendering);
        if (arguments.Positional.Count == 0)
        {
            var attribute = arguments.Require(0, "attribute");
            var hasDefault = arguments.TryGet(int.MaxValue, "default", out var otherwise);
            return new JinjaList(items.Select(item => ByAttribute(item, attribute) is var value && value is Undefined && hasDefault ? otherwise : value));
        }
        var name = PythonText.Str(arguments.Positional[0]);
        var filter = Filters.Find(name) ?? throw JinjaException.Failed($"no filter is named '{name}'");
        return new JinjaList(items.Select(item => filter(rendering, item, arguments.Skip(1))));
    }

    public static object? Select(Rendering rendering, object? input, Arguments arguments, bool keep)
    {
        var holds = TestOf(arguments, 0);
        return new JinjaList(ItemsOf(input, rendering).Where(item => holds(item) == keep));
    }

    public static object? SelectAttribute(Rendering rendering, object? input, Arguments arguments, bool keep)
    {
        var attribute = arguments.Require(0, "attribute");
        var holds = TestOf(arguments, 1);
        return new JinjaList(ItemsOf(input, rendering).Where(item => holds(ByAttribute(item, attribute)) == keep));
    }

    public static object? Join(Rendering rendering, object? input, Arguments arguments)
    {
        var attribute = arguments.Get(1, "attribute");
        var items = Iteration.Of(input, rendering).Select(item => PythonText.Str(attribute is null ? item : ByAttribute(item, attribute))).ToList();
        var separator = arguments.Text(0, "d", "");
        rendering.CheckLength(items.Sum(item => (long)item.Length + separator.Length));
        return string.Join(separator, items);
    }

    public static object? Sort(Rendering rendering, object? input, Arguments arguments)
    {
        var attributes = arguments.Get(2, "attribute") is { } attribute ? PythonText.Str(attribute).Split(',') : null;
        var caseSensitive = arguments.Flag(1, "case_sensitive");
        var keyed = Iteration.Of(input, rendering).Select(item => (Item: item, Key: (object)(attributes is null
            ? JinjaList.Tuple(SortKey(item, caseSensitive))
            : JinjaList.Tuple([.. attributes.Select(name => SortKey(ByAttribute(item, name), caseSensitive))]))));
        return new JinjaList(Ordered(keyed, arguments.Flag(0, "reverse"), rendering).Select(pair => pair.Item));
    }

    public static object? DictSort(Rendering rendering, object? input, Arguments arguments)
    {
        if (input is not JinjaDictionary dictionary) throw JinjaException.Failed("dictsort needs a mapping");
        var caseSensitive = arguments.Flag(0, "case_sensitive");
        var byValue = arguments.Text(1, "by", "key") == "value";
        var keyed = dictionary.Items.Select(item => (Item: (object?)JinjaList.Tuple(item.Key, item.Value), Key: SortKey(byValue ? item.Value : item.Key, caseSensitive)));
        return new JinjaList(Ordered(keyed, arguments.Flag(2, "reverse"), rendering).Select(pair => pair.Item));
    }

    public static object? Unique(Rendering rendering, object? input, Arguments arguments)
    {
        var attribute = arguments.Get(1, "attribute");
        var seen = new JinjaDictionary();
        var result = new JinjaList();
        foreach (var item in Iteration.Of(input, rendering))
        {
            var key = SortKey(attribute is null ? item : ByAttribute(item, attribute), arguments.Flag(0, "case_sensitive"));
            if (seen.Contains(key)) continue;
            seen[key] = true;
            result.Add(item);
        }
        return result;
    }

    public static object? GroupBy(Rendering rendering, object? input, Arguments arguments)
    {
        var attribute = arguments.Require(0, "attribute");
        var keyed = Iteration.Of(input, rendering).Select(item => (Item: item, Key: ByAttribute(item, attribute)));
        var groups = new JinjaList();
        object? current = null;
        foreach (var (item, key) in Ordered(keyed, reverse: false, rendering))
        {
            if (groups.Count == 0 || !PythonOperators.AreEqual(current, key)) groups.Add(JinjaList.Tuple(current = key, new JinjaList()));
            ((JinjaList)((JinjaList)groups[^1]!)[1]!).Add(item);
        }
        return groups;
    }

    public static object? Extreme(Rendering rendering, object? input, Arguments arguments, int sign)
    {
        var attribute = arguments.Get(1, "attribute");
        object? best = new Undefined("an item of an empty sequence");
        object? bestKey = null;
        foreach (var item in Iteration.Of(input, rendering))
        {
            var key = SortKey(attribute is null ? item : ByAttribute(item, attribute), arguments.Flag(0, "case_sensitive"));
            if (best is Undefined || PythonOperators.Compare(key, bestKey) * sign > 0) (best, bestKey) = (item, key);
        }
        return best;
    }

    public static object? Sum(Rendering rendering, object? input, Arguments arguments)
    {
        var attribute = arguments.Get(0, "attribute");
        var total = arguments.Get(1, "start", 0L);
        foreach (var item in Iteration.Of(input, rendering))
        {
            total = PythonOperators.Arithmetic("+", total, attribute is null ? item : ByAttribute(item, attribute), rendering);
        }
        return total;
    }

    public static object? Reverse(Rendering rendering, object? input, Arguments arguments) =>
        input is string ? Slices.Slice(input, null, null, -1, rendering) : new JinjaList(Iteration.Of(input, rendering).Reverse());

    /// <summary>Rows of so many items; the last filled up where a filling is given.</summary>
    public static object? Batch(Rendering rendering, object? input, Arguments arguments)
    {
        var count = Math.Clamp(arguments.Integer(0, "linecount", 1), 1, 1_000_000);
        var rows = new JinjaList(Iteration.Of(input, rendering).Chunk(count).Select(row => (object?)new JinjaList(row)));
        if (arguments.Get(1, "fill_with") is { } filling && rows.Count > 0)
        {
            var last = (JinjaList)rows[^1]!;
            rendering.Step(count);
            while (last.Count < count) last.Add(filling);
        }
        return rows;
    }

    /// <summary>So many columns of nearly equal length.</summary>
    public static object? SliceColumns(Rendering rendering, object? input, Arguments arguments)
    {
        var items = Iteration.Of(input, rendering).ToList();
        var count = Math.Clamp(arguments.Integer(0, "slices", 1), 1, 1_000_000);
        rendering.Step(count);
        var columns = new JinjaList();
        var start = 0;
        for (var i = 0; i < count; i++)
        {
            var length = (items.Count / count) + (i < items.Count % count ? 1 : 0);
            var column = new JinjaList(items.GetRange(start, length));
            start += length;
            if (arguments.Get(1, "fill_with") is { } filling && items.Count % count != 0 && i >= items.Count % count) column.Add(filling);
            columns.Add(column);
        }
        return columns;
    }

    /// <summary>Mapping and selecting take anything that is false for empty, None too.</summary>
    private static IEnumerable<object?> ItemsOf(object? input, Rendering rendering) => PythonOperators.IsTrue(input) ? Iteration.Of(input, rendering) : [];

    private static List<(object? Item, object? Key)> Ordered<TKey>(IEnumerable<(object? Item, TKey Key)> keyed, bool reverse, Rendering rendering)
    {
        var list = keyed.Select(pair => (pair.Item, Key: (object?)pair.Key)).ToList();
        rendering.Step(list.Count * 8L);
        var comparer = Comparer<object?>.Create(PythonOperators.Compare);
        try
        {
            return [.. reverse ? list.OrderByDescending(pair => pair.Key, comparer) : list.OrderBy(pair => pair.Key, comparer)];
        }
        catch (InvalidOperationException exception) when (exception.InnerException is JinjaException inner)
        {
            throw inner;
        }
    }

    private static object? SortKey(object? value, bool caseSensitive) => value is string text && !caseSensitive ? text.ToLowerInvariant() : value;

    /// <summary>An attribute path such as <c>function.name</c>; a number is an index.</summary>
    private static object? ByAttribute(object? item, object? attribute)
    {
        if (attribute is long) return Members.Item(item, attribute);
        foreach (var name in PythonText.Str(attribute).Split('.'))
        {
            item = Members.Item(item, long.TryParse(name, out var index) ? index : name);
        }
        return item;
    }

    private static Func<object?, bool> TestOf(Arguments arguments, int index)
    {
        if (arguments.Positional.Count <= index) return PythonOperators.IsTrue;
        var name = PythonText.Str(arguments.Positional[index]);
        var test = Tests.Find(name) ?? throw JinjaException.Failed($"no test is named '{name}'");
        var rest = arguments.Skip(index + 1);
        return item => test(item, rest);
    }
}
