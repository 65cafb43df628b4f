using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Swift.Contracts;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Reading;

/// <summary>
/// Tree → <see cref="PipelineSpec"/>. The shape comes from the records themselves (their JSON contract), so a new setting needs no code here.
/// What is wrong is reported and replaced by the field's default, so that the checks that follow see a whole specification.
/// </summary>
internal static class SpecificationReader
{
    public static PipelineSpec Read(JsonNode? root, SpecificationErrors errors)
    {
        var clean = Value(root, typeof(PipelineSpec), nullable: false, SpecificationErrors.Root, errors) ?? Placeholder(typeof(PipelineSpec));
        return clean.Deserialize<PipelineSpec>(SwiftJson.Options)!;
    }

    /// <summary>The value if it is a <paramref name="type"/>; null, with an error added, if not (or if it is null and may be).</summary>
    private static JsonNode? Value(JsonNode? node, Type type, bool nullable, string path, SpecificationErrors errors)
    {
        if (node is null)
        {
            if (!nullable) errors.Add(path, path == SpecificationErrors.Root ? "Empty; write a pipeline with name, model and stages." : $"May not be null; write {SpecificationShape.Describe(type)}.");
            return null;
        }
        var shape = SpecificationShape.Contract(type);
        return shape.Kind switch
        {
            JsonTypeInfoKind.Object => Record(node, shape, path, errors),
            JsonTypeInfoKind.Enumerable => List(node, shape, path, errors),
            JsonTypeInfoKind.Dictionary => Map(node, shape, path, errors),
            _ => SpecificationScalar.Read(node, type, path, errors),
        };
    }

    private static JsonObject? Record(JsonNode node, JsonTypeInfo shape, string path, SpecificationErrors errors)
    {
        if (node is not JsonObject map)
        {
            errors.Add(path, $"{SpecificationScalar.Describe(node)}, but a section with fields is expected: {SpecificationShape.FieldNames(shape)}.");
            return null;
        }
        foreach (var (name, _) in map)
            if (shape.Properties.All(property => property.Name != name))
                errors.Add(SpecificationPath.Field(path, name), UnknownField(name, shape));

        var clean = new JsonObject();
        foreach (var property in shape.Properties)
        {
            var at = SpecificationPath.Field(path, property.Name);
            JsonNode? value = null;
            if (map.TryGetPropertyValue(property.Name, out var written))
                value = Value(written, property.PropertyType, property.IsSetNullable, at, errors);
            else if (property.IsRequired)
                errors.Add(at, $"Missing; write {SpecificationShape.Describe(property.PropertyType)}.");

            if (value is not null) clean[property.Name] = value;
            else if (property.IsRequired) clean[property.Name] = Placeholder(property.PropertyType);
        }
        return clean;
    }

    private static JsonArray? List(JsonNode node, JsonTypeInfo shape, string path, SpecificationErrors errors)
    {
        if (node is not JsonArray list)
        {
            var hint = node is JsonValue ? $": [{SpecificationPath.Shorten(node.ToJsonString(SwiftJson.Options))}]" : "";
            errors.Add(path, $"{SpecificationScalar.Describe(node)}, but a list is expected{hint}.");
            return null;
        }
        var type = shape.ElementType!;
        var clean = new JsonArray();
        foreach (var item in list)
            clean.Add(Value(item, type, nullable: false, SpecificationPath.Item(path, clean.Count), errors) ?? Placeholder(type));
        return clean;
    }

    private static JsonObject? Map(JsonNode node, JsonTypeInfo shape, string path, SpecificationErrors errors)
    {
        if (node is not JsonObject map)
        {
            errors.Add(path, $"{SpecificationScalar.Describe(node)}, but a map of names to values is expected.");
            return null;
        }
        var clean = new JsonObject();
        foreach (var (name, value) in map)
            if (Value(value, shape.ElementType!, nullable: false, SpecificationPath.Field(path, name), errors) is { } read)
                clean[name] = read;
        return clean;
    }

    /// <summary>The least value of a type: stands where a required one is missing or wrong.</summary>
    private static JsonNode Placeholder(Type type)
    {
        var shape = SpecificationShape.Contract(type);
        switch (shape.Kind)
        {
            case JsonTypeInfoKind.Object:
                var map = new JsonObject();
                foreach (var property in shape.Properties.Where(property => property.IsRequired))
                    map[property.Name] = Placeholder(property.PropertyType);
                return map;
            case JsonTypeInfoKind.Enumerable:
                return new JsonArray();
            case JsonTypeInfoKind.Dictionary:
                return new JsonObject();
            default:
                return SpecificationScalar.Least(type);
        }
    }

    private static string UnknownField(string name, JsonTypeInfo shape)
    {
        var elsewhere = SpecificationShape.SectionsWith(name.Replace('-', '_'));
        if (elsewhere.Count > 0) return $"Unknown field here; {name.Replace('-', '_')} is written in {string.Join(" or ", elsewhere)}.";
        var meant = NameSuggestion.For(name, shape.Properties.Select(property => property.Name));
        return meant is not null
            ? $"Unknown field; did you mean {meant}?"
            : $"Unknown field; remove it, or write one of {SpecificationShape.FieldNames(shape)}.";
    }
}
