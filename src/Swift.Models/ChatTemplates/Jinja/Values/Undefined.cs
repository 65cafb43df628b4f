namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>What a missing name, key or attribute gives: prints as nothing, is false, and fails when anything is asked of it.</summary>
internal sealed class Undefined(string name)
{
    public string Name { get; } = name;

    public JinjaException Error() => JinjaException.Failed($"'{Name}' is undefined");
}
