using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines.Reading;

/// <summary>Single values: text, numbers, booleans, and words out of a fixed list.</summary>
internal static class SpecificationScalar
{
    /// <summary>Names of an enum that are Swift's own and that no user writes.</summary>
    private static readonly IReadOnlySet<Enum> Internal = new HashSet<Enum> { StageKind.Prepare };

    /// <summary>The value as the serializer wants it, or null with an error added.</summary>
    public static JsonNode? Read(JsonNode node, Type type, string path, SpecificationErrors errors)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var kind = node.GetValueKind();
        if (type == typeof(string) && kind == JsonValueKind.String) return node.DeepClone();
        if (type == typeof(bool) && kind is JsonValueKind.True or JsonValueKind.False) return node.DeepClone();
        if (type == typeof(double) && kind == JsonValueKind.Number)
        {
            var number = Number(node);
            if (double.IsFinite(number)) return JsonValue.Create(number);
            errors.Add(path, "Too large for a number.");
            return null;
        }
        if ((type == typeof(int) || type == typeof(long)) && kind == JsonValueKind.Number)
        {
            var (least, most) = type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
            if (Whole(node) is { } whole && whole >= least && whole <= most) return JsonValue.Create((long)whole);
            errors.Add(path, $"{Describe(node)}, but a whole number from {least} to {most} is expected.");
            return null;
        }
        if (type.IsEnum && kind == JsonValueKind.String)
        {
            var written = node.GetValue<string>();
            if (EnumText.All(type).Contains(written)) return node.DeepClone();
            errors.Add(path, $"\"{SpecificationPath.Shorten(written)}\" is not known; write one of {string.Join(", ", PublicWords(type))}.");
            return null;
        }
        errors.Add(path, $"{Describe(node)}, but {Expected(type)} is expected.{Hint(node, type)}");
        return null;
    }

    public static JsonNode Least(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return JsonValue.Create("");
        if (type == typeof(bool)) return JsonValue.Create(false);
        return type.IsEnum ? JsonValue.Create(EnumText.All(type)[0]) : JsonValue.Create(0);
    }

    public static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "text";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(int) || type == typeof(long)) return "a whole number";
        return type.IsEnum ? $"one of {string.Join(", ", PublicWords(type))}" : "a number";
    }

    public static string Describe(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Object => "Is a section",
        JsonValueKind.Array => "Is a list",
        JsonValueKind.String => $"Is the text \"{SpecificationPath.Shorten(node.GetValue<string>())}\"",
        JsonValueKind.Number => $"Is the number {SpecificationPath.Shorten(node.ToJsonString())}",
        _ => $"Is {node.ToJsonString()}",
    };

    private static string Hint(JsonNode node, Type type)
    {
        if (type == typeof(string) && node is JsonValue) return $" Put it in quotes: \"{SpecificationPath.Shorten(node.ToJsonString())}\".";
        if (node.GetValueKind() != JsonValueKind.String) return "";
        var text = node.GetValue<string>();
        if (type == typeof(bool))
            return text.ToLowerInvariant() switch { "yes" or "on" or "true" => " Write true.", "no" or "off" or "false" => " Write false.", _ => "" };
        return double.TryParse(text, CultureInfo.InvariantCulture, out _) ? " Write it without quotes." : "";
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>The whole number that is written, also as <c>1e3</c> or <c>100.0</c>; null if it is none.</summary>
    private static decimal? Whole(JsonNode node) =>
        decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && decimal.IsInteger(number) ? number : null;

    private static IEnumerable<string> PublicWords(Type type) =>
        Enum.GetValues(type).Cast<Enum>().Where(value => !Internal.Contains(value)).Select(EnumText.Of);
}
