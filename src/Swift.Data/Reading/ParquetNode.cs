using System.Text.Json;
using Parquet.Schema;

namespace Swift.Data.Reading;

/// <summary>A column, or a list, a map or a structure of columns: writes as JSON what the next row has of it, told by the levels of the columns.</summary>
/// <param name="presence">From this definition level on, the row has something here.</param>
internal abstract class ParquetNode(int presence, ParquetColumn[] columns)
{
    /// <summary>The row has nothing here. Every column below knows it; the first is asked.</summary>
    protected bool IsNull => Definition < presence;

    protected int Definition => columns[0].Definition;

    private ParquetColumn[] Columns => columns;

    /// <param name="lists">Lists that the field is in.</param>
    public static ParquetNode Of(Field field, int lists, IReadOnlyDictionary<DataField, ParquetColumn> columns)
    {
        switch (field)
        {
            case DataField data:
                var leaf = new Leaf(data.MaxDefinitionLevel, columns[data]);
                return data.IsArray ? new List(data, leaf) : leaf;
            case ListField list:
                var item = Child(list.Item);
                // In the oldest form of a list no group repeats but the item itself, which is a list then.
                return list.MaxRepetitionLevel == lists ? item : new List(list, item);
            case MapField map:
                return new Map(map, Child(map.Key), Child(map.Value));
            case StructField structure:
                return new Structure(structure.MaxDefinitionLevel, [.. structure.Fields.Select(member => (member.Name, Child(member)))]);
            default:
                throw new NotSupportedException($"'{field.Path}' is neither a column nor a list, a map or a structure");
        }

        ParquetNode Child(Field child) => Of(child, field.MaxRepetitionLevel, columns);
    }

    /// <summary>The members that are there. One without a value is left out, as an absent column of a row is.</summary>
    public static void WriteObject(Utf8JsonWriter writer, IReadOnlyList<(string Name, ParquetNode Node)> members)
    {
        writer.WriteStartObject();
        foreach (var (name, node) in members)
        {
            if (node.IsNull)
            {
                node.Skip();
                continue;
            }

            writer.WritePropertyName(name);
            node.WriteValue(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>What is there.</summary>
    protected abstract void WriteValue(Utf8JsonWriter writer);

    private void Write(Utf8JsonWriter writer)
    {
        if (!IsNull)
        {
            WriteValue(writer);
            return;
        }

        writer.WriteNullValue();
        Skip();
    }

    /// <summary>Nothing has one place in every column.</summary>
    private void Skip()
    {
        foreach (var column in columns)
            column.Skip();
    }

    private void ForEachItem(Field field, Action write)
    {
        if (Definition < field.MaxDefinitionLevel)
        {
            Skip();
            return;
        }

        do
            write();
        while (columns[0].Continues(field.MaxRepetitionLevel));
    }

    private sealed class Leaf(int presence, ParquetColumn column) : ParquetNode(presence, [column])
    {
        protected override void WriteValue(Utf8JsonWriter writer) => column.Write(writer);
    }

    private sealed class Structure(int presence, (string Name, ParquetNode Node)[] members)
        : ParquetNode(presence, [.. members.SelectMany(member => member.Node.Columns)])
    {
        protected override void WriteValue(Utf8JsonWriter writer) => WriteObject(writer, members);
    }

    /// <summary>A list without items is there, one level below its items.</summary>
    private sealed class List(Field field, ParquetNode item) : ParquetNode(field.MaxDefinitionLevel - 1, item.Columns)
    {
        protected override void WriteValue(Utf8JsonWriter writer)
        {
            writer.WriteStartArray();
            ForEachItem(field, () => item.Write(writer));
            writer.WriteEndArray();
        }
    }

    private sealed class Map(Field field, ParquetNode key, ParquetNode value) : ParquetNode(field.MaxDefinitionLevel - 1, [.. key.Columns, .. value.Columns])
    {
        protected override void WriteValue(Utf8JsonWriter writer)
        {
            writer.WriteStartObject();
            ForEachItem(field, () =>
            {
                writer.WritePropertyName(NameOf(key));
                value.Write(writer);
            });
            writer.WriteEndObject();
        }

        /// <summary>JSON's names are texts; other keys become the text of their JSON.</summary>
        private static string NameOf(ParquetNode key)
        {
            using var json = new MemoryStream();
            using (var writer = new Utf8JsonWriter(json))
                key.Write(writer);
            using var document = JsonDocument.Parse(json.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString()! : document.RootElement.GetRawText();
        }
    }
}
