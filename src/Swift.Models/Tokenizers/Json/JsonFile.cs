using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Json;

/// <summary>Reads JSON files with errors that name them.</summary>
internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256, AllowTrailingCommas = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a JSON file whose root is an object.</summary>
    /// <exception cref="SwiftException">The file is missing or is no JSON object.</exception>
    public static JsonDocument Read(string path) => Parse(Bytes(path), path);

    /// <summary>Reads a JSON file of any root.</summary>
    /// <exception cref="SwiftException">The file is missing or is no JSON.</exception>
    public static JsonDocument ReadValue(string path) => ParseValue(Bytes(path), path);

    /// <summary>Reads a JSON object from bytes that stay unchanged.</summary>
    /// <param name="path">The file they came from, for messages.</param>
    /// <exception cref="SwiftException">They are no JSON object.</exception>
    public static JsonDocument Parse(byte[] bytes, string path)
    {
        var document = ParseValue(bytes, path);
        if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        document.Dispose();
        throw SwiftException.BadInput("json_invalid", $"{path}: the file must hold a JSON object.");
    }

    private static JsonDocument ParseValue(byte[] bytes, string path)
    {
        try
        {
            // A byte order mark, which some editors write, is no JSON.
            return JsonDocument.Parse(bytes.AsMemory(bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0), Options);
        }
        catch (JsonException exception)
        {
            throw SwiftException.BadInput("json_invalid", $"{path}: not valid JSON: {exception.Message}", exception);
        }
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SwiftException.BadInput("file_missing", $"{path}: there is no such file.", exception);
        }
    }
}
