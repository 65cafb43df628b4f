namespace Swift.Api.Pipelines.Reading;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class NameSuggestion
{
    /// <summary>The nearest of <paramref name="known"/>, or null when none is near: at most a third of the letters differ.</summary>
    public static string? For(string written, IEnumerable<string> known)
    {
        var folded = written.ToLowerInvariant().Replace('-', '_');
        if (folded.Length > 60) return null;
        return known
            .Select(name => (name, distance: Distance(folded, name)))
            .Where(candidate => candidate.distance <= Math.Max(1, candidate.name.Length / 3))
            .OrderBy(candidate => candidate.distance)
            .ThenBy(candidate => candidate.name, StringComparer.Ordinal)
            .Select(candidate => candidate.name)
            .FirstOrDefault();
    }

    /// <summary>Levenshtein's distance, with a swap of neighbours counted once.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
