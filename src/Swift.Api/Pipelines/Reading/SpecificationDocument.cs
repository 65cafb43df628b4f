using System.Text.Json.Nodes;

namespace Swift.Api.Pipelines.Reading;

/// <summary>A specification's text as a tree. What the tree means is checked afterwards.</summary>
public static class SpecificationDocument
{
    /// <summary>For a program that reads a file and sends it as JSON.</summary>
    /// <exception cref="SpecificationException">The text is no YAML or JSON, or is too large.</exception>
    public static JsonNode? Parse(string text, SpecificationFormat format)
    {
        SpecificationErrors errors = new();
        var tree = Parse(text, format, errors);
        errors.ThrowIfAny();
        return tree;
    }

    internal static JsonNode? Parse(string text, SpecificationFormat format, SpecificationErrors errors)
    {
        if (text.Length > SpecificationLimits.Characters)
        {
            errors.Add(SpecificationErrors.Root, $"Too large: more than {SpecificationLimits.Characters} characters.");
            return null;
        }
        return format == SpecificationFormat.Yaml ? YamlDocumentReader.Read(text, errors) : JsonDocumentReader.Read(text, errors);
    }
}
