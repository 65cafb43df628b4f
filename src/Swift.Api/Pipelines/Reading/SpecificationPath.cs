namespace Swift.Api.Pipelines.Reading;

/// <summary>Paths of fields: <c>stages[1].data.columns["the question"]</c>.</summary>
internal static class SpecificationPath
{
    public static string Field(string parent, string name)
    {
        var simple = name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        if (!simple) return $"{(parent == SpecificationErrors.Root ? "" : parent)}[\"{Shorten(name)}\"]";
        return parent == SpecificationErrors.Root ? name : $"{parent}.{name}";
    }

    public static string Item(string parent, int index) => $"{parent}[{index}]";

    /// <summary>A text as messages quote it: on one line, and never longer than a line.</summary>
    public static string Shorten(string text)
    {
        var oneLine = new string([.. text.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
        return text.Length > 80 ? oneLine + "…" : oneLine;
    }
}
