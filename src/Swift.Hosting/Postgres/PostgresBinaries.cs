using System.Globalization;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Postgres;

/// <summary>Where PostgreSQL's programs are.</summary>
public static class PostgresBinaries
{
    /// <summary>Looks at SWIFT_POSTGRES_BIN, at PATH (links followed) and at <c>/usr/lib/postgresql/*/bin</c>, newest first.</summary>
    /// <exception cref="SwiftException"><c>postgres_missing</c>, with what to install.</exception>
    public static string Find()
    {
        var folders = new List<string>();
        if (Environment.GetEnvironmentVariable("SWIFT_POSTGRES_BIN") is { Length: > 0 } given)
        {
            folders.Add(given);
        }
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var initdb = new FileInfo(Path.Combine(folder, "initdb"));
            if (initdb.Exists)
            {
                folders.Add(Path.GetDirectoryName(initdb.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? initdb.FullName)!);
            }
        }
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders.AddRange(Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(path => Path.Combine(path, "bin")));
        }
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")))
            ?? throw SwiftException.BadInput(
                "postgres_missing",
                "PostgreSQL's programs (initdb, postgres) were not found. Install them (Debian, Ubuntu: apt-get install postgresql), "
                + "name their folder in SWIFT_POSTGRES_BIN, or use a server of yours with --database.");
    }
}
