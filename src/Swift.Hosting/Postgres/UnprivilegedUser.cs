using System.Diagnostics;
using Swift.Contracts.Experiments;

namespace Swift.Hosting.Postgres;

/// <summary>Runs programs as somebody else when this process is root, because PostgreSQL refuses root.</summary>
internal sealed class UnprivilegedUser
{
    private readonly string? _group;

    private UnprivilegedUser(string? name, string? group) => (Name, _group) = (name, group);

    /// <summary>Null = the user of this process.</summary>
    public string? Name { get; }

    /// <exception cref="SwiftException"><c>no_unprivileged_user</c></exception>
    public static UnprivilegedUser Choose()
    {
        if (!Environment.IsPrivilegedProcess) return new UnprivilegedUser(null, null);
        var groups = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3)
            .DistinctBy(fields => fields[0]).ToDictionary(fields => fields[0], fields => fields[3]);
        var name = new[] { "postgres", "nobody" }.FirstOrDefault(groups.ContainsKey) ?? throw SwiftException.BadInput("no_unprivileged_user",
            "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'. Run Swift as another user, or give it a server with --database.");
        return new UnprivilegedUser(name, groups[name]);
    }

    /// <summary>Runs a program as that user and waits for it.</summary>
    /// <exception cref="SwiftException"><c>postgres_failed</c>: it ended with another code than 0.</exception>
    public Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken ct) => Name is null
        ? RunDirectlyAsync(program, arguments, ct)
        : RunDirectlyAsync("setpriv", ["--reuid", Name, "--regid", _group!, "--clear-groups", "--", program, .. arguments], ct);

    /// <summary>Gives a file or an empty folder to that user.</summary>
    public Task OwnAsync(string path, CancellationToken ct) =>
        Name is null ? Task.CompletedTask : RunDirectlyAsync("chown", [$"{Name}:{_group}", path], ct);

    /// <summary>
    /// Lets that user walk to a folder: the right to pass through (not to list) is added to the folders of this process's user
    /// on the way, where others do not have it.
    /// </summary>
    public void OpenWayTo(string folder)
    {
        if (Name is null || OperatingSystem.IsWindows()) return;
        for (var parent = new DirectoryInfo(Path.GetFullPath(folder)); parent is not null; parent = parent.Parent)
            if (!parent.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                parent.UnixFileMode |= UnixFileMode.OtherExecute;
    }

    private static async Task RunDirectlyAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new SwiftException(new FailureReason(FailureKind.Infrastructure, "postgres_failed",
                $"{string.Join(' ', [Path.GetFileName(program), .. arguments])} ended with code {process.ExitCode}: {(errors + await output).Trim()}"));
    }
}
