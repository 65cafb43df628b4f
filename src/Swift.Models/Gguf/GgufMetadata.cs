using Swift.Contracts.Experiments;

namespace Swift.Models.Gguf;

/// <summary>The key-value pairs of a GGUF file, with errors that name file and key. A value of another type than asked for is an error.</summary>
public sealed class GgufMetadata
{
    private readonly string _path;
    private readonly Dictionary<string, object> _values;

    internal GgufMetadata(string path, Dictionary<string, object> values) => (_path, _values) = (path, values);

    public IReadOnlyCollection<string> Keys => _values.Keys;

    public string? Text(string key) => Find<string>(key, "a text");

    public long? Integer(string key) => _values.TryGetValue(key, out var value)
        ? value as long? ?? throw Bad(key, "is not a whole number")
        : null;

    public bool? Flag(string key) => _values.TryGetValue(key, out var value)
        ? value as bool? ?? throw Bad(key, "is not true or false")
        : null;

    public double? Number(string key) => _values.TryGetValue(key, out var value)
        ? value switch { double number => number, long whole => whole, _ => throw Bad(key, "is not a number") }
        : null;

    public IReadOnlyList<string>? Texts(string key) => List<string>(key, item => item as string);

    public IReadOnlyList<int>? Integers(string key) =>
        List<int>(key, item => item is long number && number == (int)number ? (int)number : null);

    public IReadOnlyList<float>? Numbers(string key) =>
        List<float>(key, item => item switch { double number => (float)number, long whole => (float)whole, _ => null });

    /// <summary>A size of at least 1.</summary>
    internal int? Size(string key) => Integer(key) is { } number
        ? number is >= 1 and <= 1 << 28 ? (int)number : throw Bad(key, $"is {number}")
        : null;

    internal SwiftException Bad(string key, string problem) => GgufFile.Bad(_path, $"is damaged: {key} {problem}");

    private T? Find<T>(string key, string kind) where T : class => _values.TryGetValue(key, out var value)
        ? value as T ?? throw Bad(key, $"is not {kind}")
        : null;

    private T[]? List<T>(string key, Func<object, object?> convert) => Find<object[]>(key, "a list") is { } items
        ? [.. items.Select(item => (T)(convert(item) ?? throw Bad(key, "has an item of another type")))]
        : null;
}
