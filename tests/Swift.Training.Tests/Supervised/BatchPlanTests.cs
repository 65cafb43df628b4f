using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Training.Supervised;

namespace Swift.Training.Tests.Supervised;

public sealed class BatchPlanTests
{
    private static readonly int[] Lengths = Enumerable.Range(0, 50).Select(i => 5 + i * 7 % 11).ToArray();

    private static BatchPlan Plan(DataSpec? data = null, TrainSpec? train = null) => new(
        Lengths, 32, data ?? new DataSpec { Dataset = [] }, train ?? new TrainSpec { PerDeviceTrainBatchSize = 4, GradientAccumulationSteps = 2, NumTrainEpochs = 3 }, 1);

    private static int[] Samples(BatchPlan plan, int step) => plan.Step(step).SelectMany(rows => rows).SelectMany(row => row).ToArray();

    [Theory]
    [InlineData(false, "binpack")]
    [InlineData(true, "binpack")]
    [InlineData(true, "sequential")]
    public void An_epoch_sees_every_sample_once(bool packing, string strategy)
    {
        var plan = Plan(new DataSpec { Dataset = [], Packing = packing, PackingStrategy = strategy });
        (plan.TotalSteps % 3).ShouldBe(0);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Enumerable.Range(epoch * plan.TotalSteps / 3, plan.TotalSteps / 3).SelectMany(step => Samples(plan, step)).Order()
                .ShouldBe(Enumerable.Range(0, Lengths.Length));
        }
    }

    [Fact]
    public void Epochs_differ_and_a_step_is_the_same_whenever_it_is_asked_for()
    {
        var plan = Plan();
        var late = Samples(plan, 8);
        Samples(plan, 0).ShouldNotBe(late[..8]);
        Samples(Plan(), 8).ShouldBe(late);
    }

    [Fact]
    public void Without_shuffling_the_order_stays() =>
        Samples(Plan(new DataSpec { Dataset = [], DatasetShuffle = false }), 0).ShouldBe(Enumerable.Range(0, 8));

    [Fact]
    public void Steps_are_cut_into_micro_batches_and_the_last_of_an_epoch_is_smaller()
    {
        var plan = Plan();
        plan.TotalSteps.ShouldBe(21);
        plan.Step(0).Select(rows => rows.Count).ShouldBe([4, 4]);
        plan.Step(6).Select(rows => rows.Count).ShouldBe([2]);
    }

    [Fact]
    public void By_default_a_step_sees_at_least_sixteen_rows() =>
        Plan(train: new TrainSpec { PerDeviceTrainBatchSize = 6 }).Step(0).Select(rows => rows.Count).ShouldBe([6, 6, 6]);

    [Fact]
    public void The_number_of_steps_wins_over_epochs() =>
        Plan(train: new TrainSpec { PerDeviceTrainBatchSize = 16, MaxSteps = 1000 }).TotalSteps.ShouldBe(1000);

    [Fact]
    public void Impossible_settings_are_refused()
    {
        Should.Throw<SwiftException>(() => Plan(new DataSpec { Dataset = [], Packing = true, PackingStrategy = "tight" }))
            .Reason.Code.ShouldBe("packing_strategy_unknown");
        Should.Throw<SwiftException>(() => Plan(train: new TrainSpec { PerDeviceTrainBatchSize = 0 })).Reason.Code.ShouldBe("train_settings_invalid");
    }
}
