using System.Globalization;
using System.Text.Json;
using Swift.Contracts.Workers;

namespace Swift.Cli.Commands.Audit;

/// <summary>Values as auditors read them: nothing rounded, nothing in local time.</summary>
internal static class AuditText
{
    private const int LongestValue = 60;

    /// <summary>UTC, to the microsecond.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds.ToString("0.000 s", CultureInfo.InvariantCulture);

    public static string Worker(WorkerIdentity? worker) =>
        worker is null ? "" : $"{worker.Kind.ToString().ToLowerInvariant()} {worker.Host}/{worker.ProcessId} {worker.CodeVersion}";

    /// <summary>A value on one line; a long one is cut (--json shows it whole).</summary>
    public static string Value(JsonElement? value)
    {
        var text = value?.GetRawText() ?? "-";
        return text.Length <= LongestValue ? text : text[..(LongestValue - 1)] + "…";
    }
}
