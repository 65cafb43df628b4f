using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Json;

/// <summary>Fields of a tokenizer's JSON files, with errors that name them.</summary>
internal static class JsonFields
{
    public static JsonElement? Find(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static JsonElement Require(this JsonElement element, string name) =>
        element.Find(name) ?? throw Invalid($"the field \"{name}\" is missing");

    public static string Text(this JsonElement element, string name) => element.Require(name) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw Invalid($"the field \"{name}\" must be a string");

    public static string? TextOrNull(this JsonElement element, string name) => element.Find(name) is null ? null : element.Text(name);

    public static bool Flag(this JsonElement element, string name, bool otherwise = false) => element.Find(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Invalid($"the field \"{name}\" must be true or false"),
    };

    public static int Integer(this JsonElement element, string name) => element.Require(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
        ? number
        : throw Invalid($"the field \"{name}\" must be an integer");

    public static int Integer(this JsonElement element, string name, int otherwise) => element.Find(name) is null ? otherwise : element.Integer(name);

    /// <summary>The items of an array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Require(name) is { ValueKind: JsonValueKind.Array } value
        ? value.EnumerateArray()
        : throw Invalid($"the field \"{name}\" must be an array");

    public static SwiftException Invalid(string what) => SwiftException.BadInput("tokenizer_invalid", $"tokenizer.json: {what}.");

    public static SwiftException Unsupported(string what) => SwiftException.BadInput("tokenizer_unsupported", $"tokenizer.json: {what} is not supported.");
}
