using Spectre.Console;

namespace Swift.Cli.Terminal;

/// <summary>How tables look.</summary>
internal static class Tables
{
    /// <summary>A table without lines, so that its cells can be copied.</summary>
    public static Table Plain(params string[] columns)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Dim))) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        return table;
    }

    /// <summary>Adds a row of cells that are shown as they are. Spectre's own rows of strings read them as markup, where a bracket in somebody's name is an error.</summary>
    public static void AddTextRow(this Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);
}
