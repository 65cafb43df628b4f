using System.Runtime.InteropServices;
using Swift.Contracts.Experiments;
using TorchSharp;

namespace Swift.Models.Native;

/// <summary>
/// Brings libtorch and the native half of TorchSharp into the process.
/// Everything that uses TorchSharp calls <see cref="Load"/> first; there is no module initializer, so that a program that
/// only reads a specification never loads half a gigabyte of libraries.
/// </summary>
public static class TorchLibrary
{
    private static readonly Lock Gate = new();
    private static bool _loaded;

    /// <summary>Loads libtorch; does nothing the second time. Safe to call from several threads.</summary>
    /// <exception cref="SwiftException">libtorch is not there (<c>libtorch_not_found</c>) or does not load (<c>libtorch_not_loadable</c>).</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (_loaded)
                return;
            GlibcAllocator.KeepFreedMemory();
            OpenMpWaiting.KeepShort();
            LoadFrom(LibTorchLocation.Find());
            SetThreads(null);
            _loaded = true;
        }
    }

    /// <summary>
    /// Sets how many threads one tensor operation may use.
    /// It is always set explicitly, so that OMP_NUM_THREADS and MKL_NUM_THREADS change nothing.
    /// </summary>
    /// <param name="threads">1 or more; null = one per processor.</param>
    public static void SetThreads(int? threads)
    {
        var count = threads ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        torch.set_num_threads(count);
    }

    private static void LoadFrom(LibTorchLocation location)
    {
        var folder = location.Folder;
        var bridge = location.Bridge;
        IntPtr handle;
        try
        {
            LoadDependencies(folder);
            try
            {
                handle = NativeLibrary.Load(bridge);
            }
            catch (DllNotFoundException e) when (e.Message.Contains(BridgePatch.MissingVersion, StringComparison.Ordinal))
            {
                bridge = NativeCache.PatchedBridge(location);
                handle = NativeLibrary.Load(bridge);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new SwiftException(new FailureReason(FailureKind.Infrastructure, "libtorch_not_loadable",
                $"libtorch was found in {folder}, but {bridge} could not be loaded: {e.Message}"), e);
        }

        // TorchSharp asks by name, and every later P/Invoke gets this very copy, whichever lies beside the program.
        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly,
            (name, _, _) => name == "LibTorchSharp" ? handle : IntPtr.Zero);
        torch.InitializeDeviceType(DeviceType.CPU);
    }

    /// <summary>In order of dependency: a library that is loaded already is found by its soname, whatever its folder.</summary>
    private static void LoadDependencies(string folder)
    {
        foreach (var openMp in Directory.EnumerateFiles(folder, "libgomp*.so*").Order(StringComparer.Ordinal))
            NativeLibrary.Load(openMp);
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var file = Path.Combine(folder, name);
            if (File.Exists(file))
                NativeLibrary.Load(file);
        }
    }
}
