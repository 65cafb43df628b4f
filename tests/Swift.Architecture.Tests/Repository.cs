using System.Xml.Linq;

namespace Swift.Architecture.Tests;

/// <summary>The sources as they lie on disk.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Swift.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The projects under src, by name.</summary>
    public static IReadOnlyDictionary<string, Project> Projects { get; } = Directory
        .EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Select(Project.Read).ToDictionary(p => p.Name);

    /// <summary>Hand-written C# files, relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> SourceFiles() =>
        from top in new[] { "src", "tests", "benchmarks" }
        from file in Directory.EnumerateFiles(Path.Combine(Root, top), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj" or "node_modules")
        select relative;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Swift.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Swift.sln above {AppContext.BaseDirectory}.");
    }
}

/// <summary>What a project file refers to.</summary>
internal sealed record Project(string Name, IReadOnlySet<string> Projects, IReadOnlySet<string> Packages)
{
    public static Project Read(string file)
    {
        var xml = XDocument.Load(file);
        HashSet<string> Includes(string element) =>
            [.. xml.Descendants(element).Select(e => e.Attribute("Include")?.Value).OfType<string>()];
        return new Project(
            Path.GetFileNameWithoutExtension(file),
            Includes("ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/'))).ToHashSet(),
            Includes("PackageReference"));
    }
}
