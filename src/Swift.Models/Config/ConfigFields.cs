using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Models.Config;

/// <summary>The fields of a JSON object, with errors that name the file and the field. A null counts as absent.</summary>
internal sealed class ConfigFields
{
    private const int LargestSize = 1 << 28;
    private readonly JsonElement _object;
    private readonly string _path;

    public ConfigFields(JsonElement element, string path)
    {
        (_object, _path) = (element, path);
        if (element.ValueKind != JsonValueKind.Object)
            throw SwiftException.BadInput("bad_model_config", $"{path} is not a JSON object.");
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>Also true for a null, which says something where the default is a value.</summary>
    public bool Mentions(string name) => _object.TryGetProperty(name, out _);

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Bad(name, "is not a string"),
    };

    public bool Flag(string name, bool fallback) => Find(name)?.ValueKind switch
    {
        null => fallback,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Bad(name, "is not true or false"),
    };

    public double Number(string name, double fallback) => OptionalNumber(name) ?? fallback;

    public double? OptionalNumber(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() is var value && double.IsFinite(value) && value > 0 => value,
        _ => throw Bad(name, "is not a positive number"),
    };

    /// <summary>The fallback where the file does not mention it; null where it says null.</summary>
    public double? NumberOrDefault(string name, double? fallback) => Mentions(name) ? OptionalNumber(name) : fallback;

    /// <summary>A number that may be 0.</summary>
    public double NumberOrZero(string name, double fallback) =>
        Find(name) is { ValueKind: JsonValueKind.Number } number && number.GetDouble() == 0 ? 0 : Number(name, fallback);

    public int Size(string name) => OptionalSize(name) ?? throw Bad(name, "is missing");

    public int SizeOr(string name, int fallback) => OptionalSize(name) ?? fallback;

    public int? OptionalSize(string name) => Whole(name, 1);

    /// <summary>A number that may be 0.</summary>
    public int CountOr(string name, int fallback) => Whole(name, 0) ?? fallback;

    /// <summary>A token id or a list of them.</summary>
    public IReadOnlyList<int> Ids(string name) => Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Id)],
        { } single => [Id(single)],
    };

    public IReadOnlyList<string>? Texts(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.ToString())],
        _ => throw Bad(name, "is not a list"),
    };

    public IReadOnlyList<double>? Numbers(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var value) && double.IsFinite(value) && value > 0
                ? value
                : throw Bad(name, "holds something that is no positive number"))],
        _ => throw Bad(name, "is not a list"),
    };

    /// <summary>The texts of an object by name, in the file's order.</summary>
    public IReadOnlyList<(string Name, string Text)>? Entries(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } section => [.. section.EnumerateObject().Select(property => (property.Name, property.Value.ToString()))],
        _ => throw Bad(name, "is not an object"),
    };

    public ConfigFields? Section(string name) =>
        Find(name) is { } section ? new ConfigFields(section, $"{_path}: {name}") : null;

    public SwiftException Bad(string name, string problem) =>
        SwiftException.BadInput("bad_model_config", $"{_path}: {name} {problem}.");

    public SwiftException NotSupported(string what, string supported) =>
        SwiftException.BadInput("model_not_supported", $"{_path}: {what} is not supported; supported: {supported}.");

    private int? Whole(string name, int least) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) && value >= least && value <= LargestSize => value,
        _ => throw Bad(name, $"is not a whole number from {least} to {LargestSize}"),
    };

    private int Id(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var id) && id >= 0
            ? id
            : throw SwiftException.BadInput("bad_model_config", $"{_path}: {element} is not a token id.");

    private JsonElement? Find(string name) =>
        _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
