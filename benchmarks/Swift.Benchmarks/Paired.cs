namespace Swift.Benchmarks;

/// <summary>Two sides measured in turn, A B A B …, so that a machine whose speed drifts treats both alike; medians are quoted.</summary>
internal static class Paired
{
    public static async Task<(double Ours, double Theirs, double Ratio)> MeasureAsync(
        int rounds, Func<int, Task<double>> ours, Func<int, Task<double>> theirs)
    {
        List<(double Ours, double Theirs)> measured = [];
        for (var round = 0; round < rounds; round++)
            measured.Add((await ours(round), await theirs(round)));
        return (Median(measured.Select(m => m.Ours)), Median(measured.Select(m => m.Theirs)), Median(measured.Select(m => m.Ours / m.Theirs)));
    }

    private static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[(ordered.Count / 2) - 1] + ordered[ordered.Count / 2]) / 2;
    }
}
