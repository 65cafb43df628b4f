namespace Swift.Training.Tests;

/// <summary>Files of the shared folder: SWIFT_SHARED, by default ../shared seen from the folder of Swift.sln.</summary>
internal static class SharedFiles
{
    /// <summary>The path of a shared file; skips the test where it is absent.</summary>
    public static string Path(string relative)
    {
        var path = System.IO.Path.Combine(Root(), relative);
        if (!File.Exists(path))
            Assert.Skip($"{relative} of the shared folder is absent.");
        return path;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("SWIFT_SHARED") is { Length: > 0 } folder)
            return folder;
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "Swift.sln")))
                return System.IO.Path.Combine(at.FullName, "..", "shared");
        }

        return "shared";
    }
}
