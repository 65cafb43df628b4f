namespace Swift.Cli;

/// <summary>What a process of the command line ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int WorkFailed = 1;
    public const int WrongUsage = 2;
    /// <summary>Ctrl-C, as shells write it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
