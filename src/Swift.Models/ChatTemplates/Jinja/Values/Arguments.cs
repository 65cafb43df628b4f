namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>Positional and named arguments of one call.</summary>
internal sealed class Arguments(List<object?> positional, List<KeyValuePair<string, object?>> named)
{
    public static Arguments None { get; } = new([], []);

    public IReadOnlyList<object?> Positional => positional;

    public IReadOnlyList<KeyValuePair<string, object?>> Named => named;

    public static Arguments Of(params object?[] positional) => new([.. positional], []);

    /// <summary>An argument by its place or its name.</summary>
    public bool TryGet(int index, string name, out object? value)
    {
        if (index < positional.Count)
        {
            value = positional[index];
            return true;
        }
        foreach (var (key, given) in named)
        {
            if (key != name) continue;
            value = given;
            return true;
        }
        value = null;
        return false;
    }

    public object? Get(int index, string name, object? otherwise = null) => TryGet(index, name, out var value) ? value : otherwise;

    public object? Require(int index, string name) =>
        TryGet(index, name, out var value) ? value : throw JinjaException.Failed($"the argument '{name}' is missing");

    public bool Flag(int index, string name, bool otherwise = false) => TryGet(index, name, out var value) ? PythonOperators.IsTrue(value) : otherwise;

    public int Integer(int index, string name, int otherwise) => TryGet(index, name, out var value) && value is not null ? PythonOperators.ToInt32(value) : otherwise;

    public string Text(int index, string name, string otherwise) => TryGet(index, name, out var value) && value is not null ? PythonText.Str(value) : otherwise;

    /// <summary>The arguments after the first ones.</summary>
    public Arguments Skip(int count) => new([.. positional.Skip(count)], named);
}
