using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Swift.Contracts.Experiments;

namespace Swift.Data.Reading;

/// <summary>Rows of an Apache Parquet file; one row group in memory at a time. Lists, structures and maps become JSON's.</summary>
internal static class ParquetRows
{
    /// <summary>How the library refuses what it has no code for.</summary>
    private const int NotImplemented = unchecked((int)0x80004001);

    /// <param name="stream">Must be able to seek: a Parquet file is read from its end.</param>
    /// <exception cref="SwiftException">Bad input <c>dataset_unreadable</c>.</exception>
    public static IEnumerable<RawRow> Read(Stream stream, string file)
    {
        var (reader, annotations) = Guarded(file, () => OpenAsync(stream).GetAwaiter().GetResult());
        var number = 0;
        foreach (var group in reader.RowGroups)
        {
            if (group.RowCount == 0)
                continue;
            var columns = Guarded(file, () => ReadAsync(group, reader.Schema, annotations).GetAwaiter().GetResult());
            for (var row = 0L; row < group.RowCount; row++)
                yield return Guarded(file, () => NextRow(columns, file, ++number));
        }
    }

    private static async Task<(ParquetReader Reader, ParquetAnnotations Annotations)> OpenAsync(Stream stream)
    {
        stream.Position = 0;
        var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        return (reader, ParquetAnnotations.TakeOff(reader.Metadata!));
    }

    private static async Task<(string Name, ParquetNode Node)[]> ReadAsync(ParquetRowGroupReader group, ParquetSchema schema, ParquetAnnotations annotations)
    {
        var columns = new Dictionary<DataField, ParquetColumn>(ReferenceEqualityComparer.Instance);
        foreach (var field in schema.GetDataFields())
        {
            try
            {
                columns[field] = await ParquetColumn.ReadAsync(group, field, annotations.Of(field));
            }
            catch (Exception failed) when (failed.HResult == NotImplemented)
            {
                // Its message says no more; in the library's source it is this.
                throw new NotSupportedException($"column '{field.Path}': lists in data pages of version 2 are not read; write the file with data pages of version 1", failed);
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                throw new NotSupportedException($"column '{field.Path}': {failed.GetBaseException().Message}", failed);
            }
        }

        return [.. schema.Fields.Select(field => (field.Name, ParquetNode.Of(field, 0, columns)))];
    }

    private static RawRow NextRow((string Name, ParquetNode Node)[] columns, string file, int number)
    {
        try
        {
            return new RawRow(file, number, RowJson.Of(writer => ParquetNode.WriteObject(writer, columns)), null);
        }
        catch (JsonException)
        {
            // A cell of JSON may nest more deeply than a row may.
            return new RawRow(file, number, default, "bad_json");
        }
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
            throw SwiftException.BadInput("dataset_unreadable", $"Data set '{file}' is a Parquet file that cannot be read: {exception.Message}", exception);
        }
    }
}
