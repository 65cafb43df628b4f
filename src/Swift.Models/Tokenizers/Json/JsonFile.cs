using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Json;

internal static class JsonFile
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256, AllowTrailingCommas = false };

    /// <summary>Reads a JSON file whose root is an object.</summary>
    /// <exception cref="SwiftException">The file is missing or is no JSON object.</exception>
    public static JsonDocument Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var document = JsonDocument.Parse(stream, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw SwiftException.BadInput("json_invalid", $"{path}: the file must hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw SwiftException.BadInput("json_invalid", $"{path}: not valid JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SwiftException.BadInput("file_missing", $"{path}: there is no such file.", exception);
        }
    }
}
