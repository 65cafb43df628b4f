using System.Globalization;
using System.Text.RegularExpressions;
using Swift.Api.Errors;

namespace Swift.Api.EventStore;

/// <summary>A moment as a query names it. Without an offset it would mean another moment on every machine, so it is refused.</summary>
internal static partial class Moment
{
    /// <exception cref="ProblemException"><c>bad_moment</c></exception>
    internal static DateTimeOffset Parse(string text, string field) =>
        Written().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment.ToUniversalTime()
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "bad_moment", $"{field}: write a date, a time and an offset from UTC: 2026-11-01T00:00:00Z or 2026-11-01T01:00:00+01:00.");

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})\z")]
    private static partial Regex Written();
}
