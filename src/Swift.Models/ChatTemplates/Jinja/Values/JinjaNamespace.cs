namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary><c>namespace()</c>: the one value whose attributes a template can set, also from an inner scope.</summary>
internal sealed class JinjaNamespace
{
    public Dictionary<string, object?> Attributes { get; } = new(StringComparer.Ordinal);
}
