namespace Swift.Inference.Tests;

/// <summary>Data that lies outside the repository; a test that needs it is skipped where it is absent.</summary>
internal static class SharedData
{
    public static string Require(string name)
    {
        var folder = Environment.GetEnvironmentVariable("SWIFT_SHARED") ?? Path.Combine(Repository(), "..", "shared");
        var path = Path.GetFullPath(Path.Combine(folder, name));
        Assert.SkipUnless(File.Exists(path), $"{path} is absent.");
        return path;
    }

    /// <summary>The folder that holds Swift.sln.</summary>
    private static string Repository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Swift.sln")))
                return folder;
        }
        throw new DirectoryNotFoundException("No folder above the tests holds Swift.sln.");
    }
}
