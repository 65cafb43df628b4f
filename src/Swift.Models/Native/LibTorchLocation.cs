using System.Reflection;
using Swift.Contracts.Experiments;

namespace Swift.Models.Native;

/// <summary>Where the native files are.</summary>
/// <param name="Folder">Holds libtorch_cpu.so and what it needs.</param>
/// <param name="Bridge">libLibTorchSharp.so, the native half of TorchSharp.</param>
internal sealed record LibTorchLocation(string Folder, string Bridge)
{
    private const string BridgeName = "libLibTorchSharp.so";
    private static readonly string NativePath = Path.Combine("runtimes", "linux-x64", "native");

    /// <summary>
    /// Looks in the folder that SWIFT_LIBTORCH names, beside the program (a published build), then among the NuGet
    /// packages (a build on the machine that runs it: libtorch has half a gigabyte, which no output folder needs again).
    /// </summary>
    public static LibTorchLocation Find()
    {
        if (!OperatingSystem.IsLinux())
            throw new SwiftException(new FailureReason(FailureKind.Infrastructure, "libtorch_not_found",
                "Swift trains and serves on Linux x64 only: no native library of another system is part of it."));

        var programFolders = new[] { AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, NativePath) };
        var packages = NuGetPackages();
        var (package, version, bridgeVersion) = Packages();

        List<string> folders = [.. programFolders];
        if (Environment.GetEnvironmentVariable("SWIFT_LIBTORCH") is { Length: > 0 } named)
            folders.Insert(0, named);
        var candidates = folders.Select(folder => new[] { folder })
            .Append(PackageFolders(packages, package, version));
        var found = candidates.FirstOrDefault(parts => parts.Any(part => File.Exists(Path.Combine(part, "libtorch_cpu.so"))))
            ?? throw NotFound($"libtorch ({package} {version})", folders, packages);

        var bridge = folders.Append(Path.Combine(packages, "torchsharp", bridgeVersion, NativePath))
            .Select(folder => Path.Combine(folder, BridgeName))
            .FirstOrDefault(File.Exists)
            ?? throw NotFound($"{BridgeName} (torchsharp {bridgeVersion})", folders, packages);

        return new LibTorchLocation(found.Length == 1 ? found[0] : NativeCache.Linked(found), bridge);
    }

    /// <summary>The CUDA build comes in several packages, one part of the libraries each.</summary>
    private static string[] PackageFolders(string packages, string package, string version)
    {
        if (!Directory.Exists(packages))
            return [];
        return [.. Directory.EnumerateDirectories(packages, package + "*").Order(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, version, NativePath))
            .Where(Directory.Exists)];
    }

    private static string NuGetPackages() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The project file writes the names and versions of the packages it refers to into the assembly.</summary>
    private static (string Package, string Version, string BridgeVersion) Packages()
    {
        var metadata = typeof(LibTorchLocation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .ToDictionary(attribute => attribute.Key, attribute => attribute.Value!);
        return (metadata["LibTorchPackage"], metadata["LibTorchVersion"], metadata["TorchSharpVersion"]);
    }

    private static SwiftException NotFound(string what, IEnumerable<string> folders, string packages) =>
        new(new FailureReason(FailureKind.Infrastructure, "libtorch_not_found",
            $"{what} was not found in {string.Join(", ", folders)} or among the packages in {packages}. " +
            "Restore the packages (dotnet restore), or set SWIFT_LIBTORCH to a folder that holds libtorch_cpu.so."));
}
