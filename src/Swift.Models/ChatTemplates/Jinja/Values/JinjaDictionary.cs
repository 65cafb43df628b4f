namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>A Python dictionary, which keeps the order of insertion.</summary>
internal sealed class JinjaDictionary
{
    private readonly OrderedDictionary<object, object?> items = new(PythonKeys.Comparer);

    public int Count => items.Count;

    public IEnumerable<object?> Keys => items.Keys.Select(PythonKeys.Unwrap);

    public IEnumerable<object?> Values => items.Values;

    public IEnumerable<(object? Key, object? Value)> Items => items.Select(item => (PythonKeys.Unwrap(item.Key), item.Value));

    public object? this[object? key]
    {
        set => items[PythonKeys.Wrap(key)] = value;
    }

    public bool TryGet(object? key, out object? value) => items.TryGetValue(PythonKeys.Wrap(key), out value);

    public bool Contains(object? key) => items.ContainsKey(PythonKeys.Wrap(key));

    public bool Remove(object? key, out object? value) => items.Remove(PythonKeys.Wrap(key), out value);

    public JinjaDictionary Copy()
    {
        var copy = new JinjaDictionary();
        foreach (var (key, value) in items) copy.items[key] = value;
        return copy;
    }
}

/// <summary>Keys as Python hashes them: 1, 1.0 and True are one key; None is a key; lists and dictionaries are none.</summary>
internal static class PythonKeys
{
    private static readonly object None = new();

    public static IEqualityComparer<object> Comparer { get; } = EqualityComparer<object>.Create(
        (first, second) => ReferenceEquals(first, second) || (first != None && second != None && PythonOperators.AreEqual(first, second)), Hash);

    public static object Wrap(object? key) => key switch
    {
        null => None,
        JinjaList { IsTuple: false } => throw JinjaException.Failed("unhashable type: 'list'"),
        JinjaDictionary => throw JinjaException.Failed("unhashable type: 'dict'"),
        _ => key,
    };

    public static object? Unwrap(object key) => ReferenceEquals(key, None) ? null : key;

    // A tuple's hash is bounded in depth by its creation: tuples cannot be changed, so none holds itself.
    private static int Hash(object key) => key switch
    {
        bool flag => flag ? 1 : 0,
        long number => number.GetHashCode(),
        double number when Math.Abs(number) < 1e15 && number == Math.Truncate(number) => ((long)number).GetHashCode(),
        JinjaList tuple => tuple.Aggregate(17, (hash, item) => (hash * 31) + Hash(Wrap(item))),
        _ => key.GetHashCode(),
    };
}
