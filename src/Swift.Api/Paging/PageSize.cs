using Swift.Api.Errors;

namespace Swift.Api.Paging;

/// <summary>How many entries a page of a list has.</summary>
internal static class PageSize
{
    private const int Default = 50;
    private const int Most = 200;

    /// <exception cref="ProblemException"><c>bad_page_size</c></exception>
    internal static int Of(int? asked) => asked is null or (>= 1 and <= Most)
        ? asked ?? Default
        : throw ProblemException.OfField("bad_page_size", "pageSize", $"Is 1 to {Most}.");
}
