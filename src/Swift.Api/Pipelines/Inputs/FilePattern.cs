using System.IO.Enumeration;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>
/// Looks for the files that a pattern means: <c>*</c> and <c>?</c> stand for characters of a name, <c>**</c> for any folders. A folder
/// that the pattern leads into and that cannot be listed is an error: without a word about it, half of the data would be trained.
/// </summary>
internal sealed class FilePattern
{
    private const string AnyFolders = "**";
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private readonly string[] _names;
    private readonly SortedSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<(string Folder, int Name)> _visited = [];

    private FilePattern(string pattern) => _names = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <param name="root">A folder.</param>
    /// <param name="pattern">What comes below it.</param>
    /// <returns>In the order of their paths.</returns>
    /// <exception cref="IOException">A folder cannot be listed: an error of the disk, links in a circle, a path that is too long.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static IReadOnlyCollection<string> Files(string root, string pattern)
    {
        var search = new FilePattern(pattern);
        search.Visit(new Folder(root, RealPath.Of(root), null), 0);
        return search._files;
    }

    /// <param name="at">The name in the pattern that what lies in the folder is held against.</param>
    private void Visit(Folder folder, int at)
    {
        if (!_visited.Add((folder.Path, at))) return;
        var (name, last) = (_names[at], at == _names.Length - 1);
        if (name == AnyFolders && !last) Visit(folder, at + 1);
        if (!last && name.AsSpan().IndexOfAny('*', '?') < 0 && Directory.Exists(Path.Combine(folder.Path, name)))
        {
            // Who knows the name needs no list.
            Visit(folder.Below(new DirectoryInfo(Path.Combine(folder.Path, name))), at + 1);
            return;
        }
        foreach (var entry in folder.List())
        {
            var meant = name == AnyFolders || FileSystemName.MatchesSimpleExpression(name, entry.Name, ignoreCase: false);
            if (!meant) continue;
            if (entry is not DirectoryInfo below)
            {
                if (last) _files.Add(entry.FullName);
            }
            else if (name == AnyFolders || !last)
            {
                Visit(folder.Below(below), name == AnyFolders ? at : at + 1);
            }
        }
    }

    /// <param name="Real">The path without links.</param>
    /// <param name="Above">Through which the search came.</param>
    private sealed record Folder(string Path, string Real, Folder? Above)
    {
        internal Folder Below(DirectoryInfo folder) =>
            new(folder.FullName, folder.LinkTarget is null ? System.IO.Path.Combine(Real, folder.Name) : RealPath.Of(folder.FullName), this);

        internal List<FileSystemInfo> List()
        {
            for (var above = Above; above is not null; above = above.Above)
            {
                if (above.Real == Real) throw new IOException($"{Path} leads back to {above.Path} in a circle");
            }
            try
            {
                return [.. new DirectoryInfo(Path).EnumerateFileSystemInfos("*", Everything)];
            }
            catch (DirectoryNotFoundException)
            {
                // Removed a moment ago.
                return [];
            }
        }
    }
}
