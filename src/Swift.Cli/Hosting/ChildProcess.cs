using System.Diagnostics;

namespace Swift.Cli.Hosting;

/// <summary>Another process of this program. It ends when it is disposed of, and also when this process is killed (<see cref="ParentWatch"/>).</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly Task _logging;

    private bool _stopping;

    private ChildProcess(string name, Process process, string logFile, Action<string> say)
    {
        _process = process;
        _logging = WriteLogAsync(process, logFile);
        process.Exited += (_, _) =>
        {
            if (!_stopping)
                say($"the worker {name} ended with {process.ExitCode}; what it said is in {logFile}");
        };
        process.EnableRaisingEvents = true;
    }

    /// <param name="arguments">Of the command line; the option that watches the parent is added.</param>
    /// <param name="secret">For its environment: arguments can be read by everybody on the machine.</param>
    /// <param name="say">Told when it ends without having been asked to.</param>
    public static ChildProcess Start(string name, IReadOnlyList<string> arguments, (string Name, string Value) secret, string logFile, Action<string> say)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [secret.Name] = secret.Value },
        };
        // Started as `dotnet swift.dll …`, the program is the runtime's first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(Commands.Serving.WorkerCommand.StopWithParentOption);
        Directory.CreateDirectory(Path.GetDirectoryName(logFile)!);
        return new ChildProcess(name, Process.Start(start)!, logFile, say);
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        _process.StandardInput.Close();
        using CancellationTokenSource patience = new(StopPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        await _logging;
        _process.Dispose();
    }

    private static async Task WriteLogAsync(Process process, string logFile)
    {
        await using var log = new FileStream(logFile, FileMode.Create, FileAccess.Write, FileShare.Read);
        using SemaphoreSlim oneAtATime = new(1);
        await Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream), CopyAsync(process.StandardError.BaseStream));

        async Task CopyAsync(Stream source)
        {
            var buffer = new byte[4096];
            for (int read; (read = await source.ReadAsync(buffer)) > 0;)
            {
                await oneAtATime.WaitAsync();
                await log.WriteAsync(buffer.AsMemory(0, read));
                await log.FlushAsync();
                oneAtATime.Release();
            }
        }
    }
}
