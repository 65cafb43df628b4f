using System.Diagnostics;
using System.Runtime.InteropServices;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.CommandLine;

/// <summary>The demo as a process of its own, started without any option.</summary>
public sealed class DemoFolderTests
{
    /// <summary>The dotnet that runs this: there may be none on the path.</summary>
    private static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    [Fact]
    public async Task A_demo_touches_nothing_of_the_server_in_the_folder_above_and_goes_on_Ctrl_C()
    {
        if (PostgresCluster.Unavailable is { } reason) Assert.Skip(reason);
        using var home = new TemporaryFolder();
        var start = new ProcessStartInfo(Dotnet, [Path.Combine(AppContext.BaseDirectory, "swift.dll"), "demo", "--quick"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["XDG_DATA_HOME"] = home.Path },
        };
        using var demo = Process.Start(start)!;
        try
        {
            var rest = demo.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await foreach (var line in Lines(demo.StandardError).WithCancellation(TestContext.Current.CancellationToken))
                if (line.Contains("the product runs at")) break;

            Directory.GetFileSystemEntries(home["swift"]).Select(Path.GetFileName).Except(["servers"]).ShouldBe(["demo"]);
            foreach (var file in (string[])["audit-key.pem", "admin.key"]) File.Exists(home[$"swift/demo/{file}"]).ShouldBeTrue(file);

            using (var interrupt = Process.Start("kill", ["-INT", $"{demo.Id}"])) await interrupt.WaitForExitAsync(TestContext.Current.CancellationToken);
            var said = await demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
            demo.ExitCode.ShouldBe(130, said);
            await rest;
            File.Exists(home["swift/demo/postgres/data/postmaster.pid"]).ShouldBeFalse();
        }
        finally
        {
            if (!demo.HasExited) demo.Kill(entireProcessTree: true);
        }
    }

    private static async IAsyncEnumerable<string> Lines(StreamReader reader)
    {
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) yield return line;
        throw new InvalidOperationException("The demo ended by itself.");
    }
}
