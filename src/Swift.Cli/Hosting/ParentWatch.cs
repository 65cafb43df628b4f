namespace Swift.Cli.Hosting;

/// <summary>Lets a child process end with its parent, however that ends: the parent holds the other end of the child's standard input.</summary>
internal static class ParentWatch
{
    /// <summary>Calls <paramref name="parentEnded"/> when standard input is closed.</summary>
    public static void Start(Action parentEnded)
    {
        Thread reader = new(() =>
        {
            using var input = Console.OpenStandardInput();
            var buffer = new byte[256];
            try
            {
                while (input.Read(buffer) > 0)
                {
                    // Nothing is said here; only the end matters.
                }
            }
            catch (IOException)
            {
                // A broken pipe is an end too.
            }
            parentEnded();
        })
        { IsBackground = true, Name = "parent watch" };
        reader.Start();
    }
}
