namespace Swift.Api.Pipelines.Inputs;

/// <summary>Where a path leads when every link on the way is followed.</summary>
internal static class RealPath
{
    /// <summary>As the kernel has it: more links are taken for a circle.</summary>
    private const int MostLinks = 40;

    /// <param name="path">Absolute. What is not there is taken as it is written.</param>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    internal static string Of(string path)
    {
        var real = "/";
        Stack<string> rest = new(Segments(path));
        for (var links = 0; rest.TryPop(out var segment);)
        {
            if (segment == ".") continue;
            if (segment == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }
            var next = Path.Combine(real, segment);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks) throw new IOException($"{path} goes through more than {MostLinks} links.");
            if (Path.IsPathFullyQualified(target)) real = "/";
            foreach (var step in Segments(target)) rest.Push(step);
        }
        return real;
    }

    /// <summary>The last first, as a stack takes them.</summary>
    private static IEnumerable<string> Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse();
}
