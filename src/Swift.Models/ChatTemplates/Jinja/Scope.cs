namespace Swift.Models.ChatTemplates.Jinja;

/// <summary>Names and their values. What is set in an inner scope is gone with it.</summary>
internal sealed class Scope(Scope? parent)
{
    private readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    public object? this[string name]
    {
        set => values[name] = value;
    }

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Parent)
        {
            if (scope.values.TryGetValue(name, out value)) return true;
        }
        value = null;
        return false;
    }

    private Scope? Parent => parent;
}
