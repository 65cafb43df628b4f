using System.Text.RegularExpressions;

namespace Swift.Architecture.Tests;

/// <summary>What reviews would otherwise say again and again.</summary>
public sealed partial class StyleTests
{
    private const int LongestFile = 400;

    /// <summary>Files that may be longer, each with the reason why it would not be better in two.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    private static readonly string[] ForbiddenFolders =
        ["Utils", "Utilities", "Helpers", "Managers", "Services", "Interfaces", "Common", "Misc", "Dtos", "Enums", "Extensions"];

    [Fact]
    public void No_file_is_longer_than_400_lines_without_a_reason() =>
        Repository.SourceFiles()
            .Where(f => !LongFiles.ContainsKey(f))
            .Select(f => (File: f, Lines: File.ReadLines(Path.Combine(Repository.Root, f)).Count()))
            .Where(f => f.Lines > LongestFile)
            .Select(f => $"{f.File}: {f.Lines}")
            .ShouldBeEmpty();

    [Fact]
    public void The_list_of_long_files_names_only_files_that_are_long() =>
        LongFiles.Keys
            .Where(f => !File.Exists(Path.Combine(Repository.Root, f)) || File.ReadLines(Path.Combine(Repository.Root, f)).Count() <= LongestFile)
            .ShouldBeEmpty();

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        CompiledAssembly.Product.Values
            .SelectMany(a => a.Types.Select(t => (Assembly: a.Name, Type: t)))
            .Where(t => EmptyWord().IsMatch(t.Type))
            .Select(t => $"{t.Assembly}: {t.Type}")
            .ShouldBeEmpty();

    [Fact]
    public void Folders_are_features_not_kinds() =>
        Repository.SourceFiles()
            .Where(f => f.StartsWith("src/", StringComparison.Ordinal) && f.Split('/').Intersect(ForbiddenFolders).Any())
            .ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_to_do_later() =>
        Repository.SourceFiles()
            .Where(f => UnfinishedWork().IsMatch(File.ReadAllText(Path.Combine(Repository.Root, f))))
            .Where(f => !f.EndsWith("/StyleTests.cs", StringComparison.Ordinal))
            .ShouldBeEmpty();

    [GeneratedRegex("(Utils?|Utilit(y|ies)|Helpers?|Managers?|Base|Impl)(`[0-9]+)?$")]
    private static partial Regex EmptyWord();

    [GeneratedRegex(@"//.*\b(TODO|FIXME|HACK|XXX)\b|\bNotImplementedException\b")]
    private static partial Regex UnfinishedWork();
}
