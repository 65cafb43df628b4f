using Swift.Models.ChatTemplates.Jinja.Syntax;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

/// <summary>What stands behind a dot or in brackets.</summary>
internal static class Members
{
    /// <summary><c>owner.name</c>: a method or attribute, else an item of that name.</summary>
    public static object? Attribute(object? owner, string name) => owner switch
    {
        Undefined missing => throw missing.Error(),
        JinjaNamespace space => space.Attributes.TryGetValue(name, out var value) ? value : Missing(owner, name),
        LoopVariable loop => loop.Attribute(name),
        string text when StringMethods.Find(name) is { } method => new JinjaCallable(name, (rendering, arguments) => method(rendering, text, arguments)),
        JinjaDictionary dictionary when CollectionMethods.Find(dictionary, name) is { } method => new JinjaCallable(name, (_, arguments) => method(arguments)),
        JinjaDictionary dictionary => dictionary.TryGet(name, out var value) ? value : Missing(owner, name),
        JinjaList list when CollectionMethods.Find(list, name) is { } method => new JinjaCallable(name, (_, arguments) => method(arguments)),
        JinjaCallable callable when name == "name" => callable.Name,
        _ => Missing(owner, name),
    };

    /// <summary><c>owner[key]</c>: an item, else an attribute of that name.</summary>
    public static object? Item(object? owner, object? key) => owner switch
    {
        Undefined missing => throw missing.Error(),
        JinjaDictionary dictionary when key is not (JinjaList { IsTuple: false } or JinjaDictionary) && dictionary.TryGet(key, out var value) => value,
        JinjaList or string when PythonOperators.AsNumber(key) is long => Slices.Index(owner, key),
        _ when key is string name => Attribute(owner, name),
        _ => Missing(owner, PythonText.Str(key)),
    };

    private static Undefined Missing(object? owner, string name) => new($"{PythonOperators.TypeName(owner)}.{name}");
}
