using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Training.Optimization;

namespace Swift.Training.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    private static double[] Rates(string type, double warmup) => Enumerable.Range(0, 10)
        .Select(new LearningRateSchedule(new TrainSpec { LearningRate = 1, LrSchedulerType = type, WarmupRatio = warmup }, 10).At).ToArray();

    [Fact]
    public void Warm_up_rises_in_a_line_from_zero() => Rates("constant", 0.35)[..6].ShouldBe([0, 0.25, 0.5, 0.75, 1, 1]);

    [Fact]
    public void A_line_falls_towards_zero() => Rates("linear", 0).ShouldBe([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], 1e-12);

    [Fact]
    public void A_cosine_is_half_way_down_in_the_middle()
    {
        var rates = Rates("cosine", 0);
        rates[0].ShouldBe(1);
        rates[5].ShouldBe(0.5, 1e-12);
        rates[9].ShouldBe(0.5 * (1 + Math.Cos(0.9 * Math.PI)), 1e-12);
    }

    [Fact]
    public void An_unknown_schedule_is_refused() =>
        Should.Throw<SwiftException>(() => Rates("exponential", 0)).Reason.Code.ShouldBe("lr_scheduler_unknown");
}
