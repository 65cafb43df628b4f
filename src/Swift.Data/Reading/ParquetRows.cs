using System.Buffers;
using System.Text.Json;
using Parquet;
using Parquet.Serialization;
using Swift.Contracts.Experiments;

namespace Swift.Data.Reading;

/// <summary>Rows of an Apache Parquet file; one row group in memory at a time. Lists, structures and maps become JSON's.</summary>
internal static class ParquetRows
{
    /// <param name="stream">Must be able to seek: a Parquet file is read from its end.</param>
    /// <exception cref="SwiftException">Bad input <c>dataset_unreadable</c>.</exception>
    public static IEnumerable<RawRow> Read(Stream stream, string file)
    {
        var groups = Guarded(file, () => CountGroupsAsync(stream).GetAwaiter().GetResult());
        var number = 0;
        for (var group = 0; group < groups; group++)
        {
            foreach (var row in Guarded(file, () => ReadGroupAsync(stream, group).GetAwaiter().GetResult()))
                yield return new RawRow(file, ++number, ToJson(row), null);
        }
    }

    private static async Task<int> CountGroupsAsync(Stream stream)
    {
        stream.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        return reader.RowGroupCount;
    }

    private static async Task<IList<Dictionary<string, object>>> ReadGroupAsync(Stream stream, int group)
    {
        stream.Position = 0;
        return (await ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: group)).Data;
    }

    /// <summary>On a damaged file the library throws whatever its decoders run into.</summary>
    private static T Guarded<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The library names the column, and what it came from says why.
            var why = exception.InnerException is null ? exception.Message : $"{exception.Message} ({exception.GetBaseException().Message})";
            throw SwiftException.BadInput("dataset_unreadable", $"Data set '{file}' is a Parquet file that cannot be read: {why}", exception);
        }
    }

    private static JsonElement ToJson(Dictionary<string, object> row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            ParquetJson.Write(writer, row);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
