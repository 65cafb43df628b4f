using System.Text.Encodings.Web;
using System.Text.Json;

namespace Swift.Models.Folders;

/// <summary>JSON files whose bytes depend on their content only.</summary>
internal static class JsonFiles
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object into a file.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> properties) => File.WriteAllBytes(path, Bytes(properties));

    /// <summary>One object as the bytes of a file.</summary>
    public static byte[] Bytes(Action<Utf8JsonWriter> properties)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            properties(json);
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        return stream.ToArray();
    }
}
