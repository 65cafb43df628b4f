using System.Globalization;

namespace Swift.Cli.Terminal;

/// <summary>Values as people read them.</summary>
internal static class Formats
{
    /// <summary>Local time, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>1:02:03</c> or <c>2:03</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";

    /// <summary>Four significant digits.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) is >= 1e6 or (< 1e-3 and > 0) ? "0.###e0" : "G4", CultureInfo.InvariantCulture);

    /// <summary>A share of 1 as per cent.</summary>
    public static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    /// <summary>Powers of 1000, as disks are sold.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.0} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.0} GB",
    };

    /// <summary>The beginning of a digest, enough to recognise it.</summary>
    public static string ShortDigest(string? digest)
    {
        const int shown = 19; // "sha256:" and 12 digits
        return digest is null ? "" : digest.Length <= shown ? digest : digest[..shown];
    }
}
