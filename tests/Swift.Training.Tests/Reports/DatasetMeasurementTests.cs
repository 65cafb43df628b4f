using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Training.Reports;
using Swift.Training.Supervised;

namespace Swift.Training.Tests.Reports;

public sealed class DatasetMeasurementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DatasetFile[] _datasets;

    public DatasetMeasurementTests()
    {
        SmallModel.Write(_folder);
        File.AppendAllText(_folder.PathOf("train.jsonl"), "oops\n{\"query\":\"a\"}\n");
        _datasets = [new(_folder.PathOf("train.jsonl"), null, "train.jsonl"), new(_folder.PathOf("test.jsonl"), 2, "test.jsonl#2")];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_inspection_with_a_model_says_what_a_training_stage_reports()
    {
        var data = new DataSpec { Dataset = [], MaxLength = 110 };
        var stage = SupervisedFineTuning.RunSegment(
            new SupervisedSegment
            {
                ModelFolder = _folder.PathOf("model"), FromStep = 0, Datasets = _datasets, Data = data, Train = new TrainSpec { MaxSteps = 1 }, Seed = 1,
                OutputFolder = _folder.PathOf("out"),
            },
            null, CancellationToken.None).Data!;

        var inspected = new DatasetMeasurement(data, RowUse.Learn, _folder.PathOf("model")).Measure(_datasets, null, CancellationToken.None);

        inspected.Datasets[0].Dropped.Select(rows => rows.Reason).Order().ShouldBe(["bad_json", "no_response", "too_long"]);
        inspected.Datasets[0].Lengths.Histogram.Sum(bucket => bucket.Count).ShouldBe(inspected.Datasets[0].RowsKept);
        foreach (var (one, other) in inspected.Datasets.Zip(stage.Datasets))
        {
            // A stage lists what it did not encode first.
            var sorted = other with { RowsUsed = one.RowsUsed, Dropped = [.. other.Dropped.OrderBy(rows => rows.Reason, StringComparer.Ordinal)] };
            JsonSerializer.Serialize(one, SwiftJson.Options).ShouldBe(JsonSerializer.Serialize(sorted, SwiftJson.Options));
        }
    }

    [Fact]
    public void Without_a_model_rows_are_counted_and_not_measured()
    {
        var report = new DatasetMeasurement(new DataSpec { Dataset = [] }, RowUse.Learn, null).Measure([_datasets[0]], null, CancellationToken.None);
        (report.Datasets[0].RowsRead, report.Datasets[0].RowsKept, report.Lengths.Samples, report.Datasets[0].Complete).ShouldBe((42, 40, 0, true));
        var beginning = new DatasetMeasurement(new DataSpec { Dataset = [] }, RowUse.Learn, null).Measure([_datasets[0]], 7, CancellationToken.None).Datasets[0];
        (beginning.RowsRead, beginning.Complete).ShouldBe((7, false));
    }

    [Theory]
    [InlineData(RowUse.Prompt)]
    [InlineData(RowUse.Evaluate)]
    [InlineData(RowUse.Prefer)]
    [InlineData(RowUse.Judge)]
    public void Rows_of_every_use_are_measured(RowUse use)
    {
        File.WriteAllText(_folder.PathOf("one.jsonl"), """{"query":"Ada has 3 apples.","response":"3","rejected_response":"A much longer answer: 4","label":true}""");
        var lengths = Measure(200).Lengths;
        lengths.Samples.ShouldBe(1);
        Should.Throw<SwiftException>(() => Measure(lengths.Longest - 1)).Message.ShouldContain("too_long");
        Measure(lengths.Longest).Lengths.Longest.ShouldBe(lengths.Longest);

        Data.Reports.DataReport Measure(int maxLength) => new DatasetMeasurement(new DataSpec { Dataset = [], MaxLength = maxLength }, use, _folder.PathOf("model"))
            .Measure([new DatasetFile(_folder.PathOf("one.jsonl"), null, "one.jsonl")], null, CancellationToken.None);
    }
}
