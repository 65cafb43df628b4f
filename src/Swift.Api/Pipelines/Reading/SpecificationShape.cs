using System.Text.Json.Serialization.Metadata;
using Swift.Contracts;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Reading;

/// <summary>The shape of a specification, as the JSON contract of its records says.</summary>
internal static class SpecificationShape
{
    private static readonly ILookup<string, string> Sections = Walk(typeof(PipelineSpec), "")
        .Distinct()
        .ToLookup(entry => entry.Field, entry => entry.Section);

    public static JsonTypeInfo Contract(Type type) => SwiftJson.Options.GetTypeInfo(type);

    public static string FieldNames(JsonTypeInfo shape) => string.Join(", ", shape.Properties.Select(property => property.Name));

    /// <summary>Where a field of this name may stand: <c>stages[].train</c>. People who come from flat arguments look for it.</summary>
    public static IReadOnlyList<string> SectionsWith(string field) =>
        [.. Sections[field].Select(section => section.Length == 0 ? "the pipeline itself" : section)];

    /// <summary>What to write for a value of this type.</summary>
    public static string Describe(Type type)
    {
        var shape = Contract(type);
        return shape.Kind switch
        {
            JsonTypeInfoKind.Object => $"a section with {FieldNames(shape)}",
            JsonTypeInfoKind.Enumerable => "a list",
            JsonTypeInfoKind.Dictionary => "a map of names to values",
            _ => SpecificationScalar.Expected(type),
        };
    }

    private static IEnumerable<(string Field, string Section)> Walk(Type type, string path)
    {
        var shape = Contract(type);
        if (shape.Kind == JsonTypeInfoKind.Enumerable) return Walk(shape.ElementType!, path + "[]");
        if (shape.Kind != JsonTypeInfoKind.Object) return [];
        return shape.Properties.SelectMany(property =>
            Walk(property.PropertyType, path.Length == 0 ? property.Name : $"{path}.{property.Name}").Prepend((property.Name, path)));
    }
}
