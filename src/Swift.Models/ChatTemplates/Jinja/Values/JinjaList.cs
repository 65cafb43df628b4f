namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>A Python list, or a tuple, which differs in how it prints and compares.</summary>
internal sealed class JinjaList : List<object?>
{
    public JinjaList()
    {
    }

    public JinjaList(IEnumerable<object?> items, bool isTuple = false)
        : base(items) => IsTuple = isTuple;

    public bool IsTuple { get; init; }

    public static JinjaList Tuple(params object?[] items) => new(items, isTuple: true);
}
