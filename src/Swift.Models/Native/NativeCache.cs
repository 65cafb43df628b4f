using System.Security.Cryptography;
using System.Text;

namespace Swift.Models.Native;

/// <summary>
/// Folders of native files in the user's cache, each named by a hash of what it was made from and never changed afterwards.
/// </summary>
internal static class NativeCache
{
    /// <summary>A copy of the bridge that older systems can load, beside links to the files of libtorch. Returns its path.</summary>
    public static string PatchedBridge(LibTorchLocation location)
    {
        var name = Path.GetFileName(location.Bridge);
        var original = File.ReadAllBytes(location.Bridge);
        var key = Convert.ToHexStringLower(SHA256.HashData(original)) + "\n" + BridgePatch.Revision + "\n" + location.Folder;
        var folder = Create(key, temporary =>
        {
            Link([location.Folder], temporary, except: name);
            File.WriteAllBytes(Path.Combine(temporary, name), BridgePatch.Apply(original));
        });
        return Path.Combine(folder, name);
    }

    /// <summary>One folder with links to the libraries of several, which find each other by lying side by side.</summary>
    public static string Linked(IReadOnlyList<string> folders) =>
        Create(string.Join('\n', folders), temporary => Link(folders, temporary, except: null));

    private static void Link(IEnumerable<string> folders, string into, string? except)
    {
        foreach (var file in folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.so*")))
        {
            var link = Path.Combine(into, Path.GetFileName(file));
            if (Path.GetFileName(file) != except && !File.Exists(link))
                File.CreateSymbolicLink(link, file);
        }
    }

    /// <summary>Fills a temporary folder and renames it: of several processes that start at once one wins, and all use its folder.</summary>
    private static string Create(string key, Action<string> fill)
    {
        var root = Path.Combine(CacheRoot(), "swift", "native");
        var folder = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32]);
        if (Directory.Exists(folder))
            return folder;
        var temporary = Path.Combine(root, $".{Guid.NewGuid():n}");
        Directory.CreateDirectory(temporary);
        try
        {
            fill(temporary);
            Directory.Move(temporary, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was first.
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
        return folder;
    }

    private static string CacheRoot()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache)
            return cache;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
    }
}
