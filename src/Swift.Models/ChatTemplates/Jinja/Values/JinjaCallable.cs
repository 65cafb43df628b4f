namespace Swift.Models.ChatTemplates.Jinja.Values;

/// <summary>Something that a template can call: a global function, a bound method, a macro.</summary>
internal sealed class JinjaCallable(string name, Func<Rendering, Arguments, object?> body)
{
    public string Name { get; } = name;

    public object? Call(Rendering rendering, Arguments arguments) => body(rendering, arguments);
}
