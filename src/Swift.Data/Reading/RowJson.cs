using System.Buffers;
using System.Text.Json;

namespace Swift.Data.Reading;

/// <summary>Rows of formats that are not JSON, as JSON.</summary>
internal static class RowJson
{
    /// <param name="write">Writes one object.</param>
    /// <exception cref="JsonException">It nests more deeply than a row may.</exception>
    public static JsonElement Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
