using System.Text.Json.Nodes;

namespace Swift.Api.Pipelines.Reading;

/// <summary>A specification's text as a tree, for a program that sends it as JSON. What the tree means is checked where it arrives.</summary>
public static class SpecificationDocument
{
    /// <exception cref="SpecificationException">The text is no YAML or JSON, or is too large.</exception>
    public static JsonNode? Parse(string text, SpecificationFormat format)
    {
        SpecificationErrors errors = new();
        if (text.Length > SpecificationLimits.Characters)
            errors.Add(SpecificationErrors.Root, $"Too large: more than {SpecificationLimits.Characters} characters.");
        errors.ThrowIfAny();
        var tree = format == SpecificationFormat.Yaml ? YamlDocumentReader.Read(text, errors) : JsonDocumentReader.Read(text, errors);
        errors.ThrowIfAny();
        return tree;
    }
}
