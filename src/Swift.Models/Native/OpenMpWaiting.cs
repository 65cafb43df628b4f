using System.Runtime.InteropServices;

namespace Swift.Models.Native;

/// <summary>
/// How libtorch's threads wait for each other. GNU OpenMP's waiting threads spin for milliseconds by default. That is free on an
/// idle machine; where more threads than cores want to run (two workers on one machine, a build next door) they burn the time
/// that the thread they wait for needs: a decoding step of 128 sequences took 850 ms instead of 40.
/// </summary>
internal static partial class OpenMpWaiting
{
    /// <summary>Some microseconds of spinning, then sleep. Must come before libgomp is loaded, which reads it once.</summary>
    private const string SpinCount = "200";

    /// <summary>Sets the C library's environment, which libgomp reads; a value that the user has set stays. It changes no result, only time.</summary>
    public static void KeepShort()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null)
            return;
        try
        {
            _ = setenv("GOMP_SPINCOUNT", SpinCount, overwrite: 0);
        }
        catch (EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
