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
        return (Median.Of(measured.Select(m => m.Ours)), Median.Of(measured.Select(m => m.Theirs)), Median.Of(measured.Select(m => m.Ours / m.Theirs)));
    }
}
