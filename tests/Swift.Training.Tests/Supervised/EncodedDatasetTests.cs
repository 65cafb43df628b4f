using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Encodings;
using Swift.Models;
using Swift.Training.Supervised;
using TorchSharp;

namespace Swift.Training.Tests.Supervised;

public sealed class EncodedDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public EncodedDatasetTests() => SmallModel.Write(_folder);

    public void Dispose() => _folder.Dispose();

    private SupervisedSegment Segment(string output, string? encodings, string? checkpoint = null, int fromStep = 0) => new()
    {
        ModelFolder = _folder.PathOf("model"), CheckpointFolder = checkpoint is null ? null : _folder.PathOf(checkpoint), FromStep = fromStep,
        Datasets = [Dataset("train.jsonl", 25), Dataset("test.jsonl", 6)],
        Data = new DataSpec { Dataset = ["train.jsonl", "test.jsonl"], Packing = true, MaxLength = 200 },
        Train = new TrainSpec { LearningRate = 5e-3, PerDeviceTrainBatchSize = 2, GradientAccumulationSteps = 1, MaxSteps = 6, SegmentSteps = 3 },
        Seed = 3, OutputFolder = _folder.PathOf(output), EncodingFolder = encodings is null ? null : _folder.PathOf(encodings),
    };

    private DatasetFile Dataset(string name, int? rows) => new(_folder.PathOf(name), rows, name) { Digest = "sha256:" + name };

    private static SegmentOutcome Run(SupervisedSegment segment) => SupervisedFineTuning.RunSegment(segment, null, CancellationToken.None);

    [Fact]
    public void Training_from_an_encoding_that_is_there_ends_in_the_same_bytes()
    {
        Run(Segment("fresh-1", null));
        Run(Segment("fresh-2", null, "fresh-1", 3));

        var first = Run(Segment("first", "encodings"));
        // Nothing is read and encoded again: the data sets may be gone.
        File.Delete(_folder.PathOf("train.jsonl"));
        File.Delete(_folder.PathOf("test.jsonl"));
        Run(Segment("second", "encodings", "first", 3));
        SmallModel.HashOf(_folder.PathOf("second")).ShouldBe(SmallModel.HashOf(_folder.PathOf("fresh-2")));
        first.Data!.Datasets.Select(report => (report.Dataset, report.RowsRead, report.RowsKept, report.RowsUsed)).ShouldBe(
            [("train.jsonl", 40, 40, 25), ("test.jsonl", 4, 4, 6)]);
        first.Data.Lengths.Samples.ShouldBe(31);
    }

    [Fact]
    public void A_key_names_everything_that_changes_the_encoding_and_nothing_else()
    {
        var segment = Segment("out", null);
        var keys = EncodingKey.Of(segment);
        keys.Distinct().Count().ShouldBe(2);
        foreach (var same in new[]
        {
            segment with { Seed = 9, Train = segment.Train with { LearningRate = 1 } },
            segment with { Data = segment.Data with { Packing = false, DatasetShuffle = false, DataSeed = 5, Strict = true } },
            segment with { Datasets = [Dataset("train.jsonl", 3), Dataset("test.jsonl", null)] },
        })
            EncodingKey.Of(same).ShouldBe(keys);
        foreach (var other in new[]
        {
            segment.Data with { MaxLength = 100 }, segment.Data with { LossScale = "all" }, segment.Data with { LossScale = "default+react" }, segment.Data with { LossScaleRules = new Dictionary<string, IReadOnlyList<double>> { ["a"] = [2] } }, segment.Data with { TruncationStrategy = "left" },
            segment.Data with { System = "S" }, segment.Data with { Columns = new Dictionary<string, string> { ["a"] = "query" } },
        })
            EncodingKey.Of(segment with { Data = other }).Intersect(keys).ShouldBeEmpty();
        File.AppendAllText(_folder.PathOf("model/chat_template.jinja"), "{{ messages }}");
        EncodingKey.Of(segment).Intersect(keys).ShouldBeEmpty();
    }

    [Fact]
    public void Samples_are_read_back_as_they_were_written_with_the_rows_they_came_from()
    {
        var path = _folder.PathOf("encoded");
        EncodedSample one = new([1, 2, 3], [false, true, true]) { LossScale = [0, 1, 0.5f] }, two = new([4], [true]), three = new([5, int.MaxValue], [true, false]);
        using (var writer = new EncodedDatasetWriter(path))
        {
            writer.Add("a", 1, [one, two]);
            writer.AddDropped("a", 2, "too_long");
            writer.Add("b", 1, [three]);
            File.Exists(path).ShouldBeFalse();
            writer.Complete([new("a", "bad_json", 1, [7])]);
        }

        using var read = EncodedDataset.Find(path).ShouldNotBeNull();
        (read.RowCount, read.Tokens).ShouldBe((3, 6L));
        read.SamplesOf(0).ShouldBe(0..2);
        read.SamplesOf(1).ShouldBe(2..2);
        read.SamplesOf(2).ShouldBe(2..3);
        new[] { read.Sample(0), read.Sample(1), read.Sample(2) }.Zip([one, two, three]).ShouldAllBe(pair =>
            pair.First.Ids.SequenceEqual(pair.Second.Ids) && pair.First.Learned.SequenceEqual(pair.Second.Learned) &&
            (pair.First.LossScale ?? Array.Empty<float>()).SequenceEqual(pair.Second.LossScale ?? Array.Empty<float>()));
        Enumerable.Range(0, 3).Select(read.ReasonOf).ShouldBe([null, "too_long", null]);
        read.OriginOf(2).ShouldBe(("b", 1));
        read.Unusable.ShouldHaveSingleItem().Lines.ShouldBe([7]);
    }

    [Fact]
    public void A_damaged_encoding_is_noticed_wherever_the_damage_is_and_made_again()
    {
        Run(Segment("whole", "encodings"));
        var path = Directory.EnumerateFiles(_folder.PathOf("encodings")).First();
        var whole = File.ReadAllBytes(path);
        foreach (var place in new[] { 0, 9, 17, 70, 130, whole.Length / 2, whole.Length - 1 })
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            EncodedDataset.Find(path).ShouldBeNull($"byte {place}");
        }

        File.WriteAllBytes(path, whole[..^1]);
        EncodedDataset.Find(path).ShouldBeNull();
        Run(Segment("again", "encodings"));
        File.ReadAllBytes(path).ShouldBe(whole);
        SmallModel.HashOf(_folder.PathOf("again")).ShouldBe(SmallModel.HashOf(_folder.PathOf("whole")));
    }

    [Fact]
    public void Several_workers_that_encode_the_same_data_at_once_do_not_disturb_each_other()
    {
        using var model = CausalLanguageModel.Load(_folder.PathOf("model"), torch.CPU);
        var encoding = new DatasetEncoding(model.Tokenizer, model.Template, new DataSpec { Dataset = [] }, 90);
        var path = _folder.PathOf("encoded");
        Parallel.For(0, 6, _ =>
        {
            encoding.Write(DatasetFile.Parse(_folder.PathOf("train.jsonl")), path, CancellationToken.None);
            using var whole = EncodedDataset.Find(path).ShouldNotBeNull();
            whole.RowCount.ShouldBe(40);
            whole.Sample(0).Ids.ShouldNotBeEmpty();
        });
        Directory.EnumerateFiles(_folder.PathOf(""), "encoded*").ShouldHaveSingleItem();
    }

    [Fact]
    public void A_long_text_becomes_several_samples_and_a_long_conversation_is_dropped()
    {
        using var model = CausalLanguageModel.Load(_folder.PathOf("model"), torch.CPU);
        File.WriteAllLines(_folder.PathOf("mixed.jsonl"),
        [
            """{"text":"Once upon a time there was a long text that goes on and on, and on."}""",
            """{"query":"Once upon a time?","response":"There was a long text that goes on and on, and on."}""",
        ]);
        var spec = new DataSpec { Dataset = [], TruncationStrategy = "split" };
        new DatasetEncoding(model.Tokenizer, model.Template, spec, 16).Write(DatasetFile.Parse(_folder.PathOf("mixed.jsonl")), _folder.PathOf("split"), CancellationToken.None);
        new DatasetEncoding(model.Tokenizer, model.Template, spec, 1000).Write(DatasetFile.Parse(_folder.PathOf("mixed.jsonl")), _folder.PathOf("whole"), CancellationToken.None);

        using var split = EncodedDataset.Find(_folder.PathOf("split")).ShouldNotBeNull();
        using var whole = EncodedDataset.Find(_folder.PathOf("whole")).ShouldNotBeNull();
        var text = whole.Sample(0).Ids;
        split.ReasonOf(1).ShouldBe("too_long");
        var pieces = Enumerable.Range(0, split.SamplesOf(0).End.Value).Select(i => split.Sample(i).Ids).ToArray();
        pieces.ShouldAllBe(piece => piece.Length <= 16);
        // The end of a turn may leave nothing to learn behind the last cut.
        pieces.SelectMany(ids => ids).ShouldBe(text.Take(pieces.Sum(ids => ids.Length)));
        (text.Length - pieces.Sum(ids => ids.Length)).ShouldBeInRange(0, 2);
    }

    [Fact]
    public void An_encoding_that_is_broken_off_leaves_nothing_behind()
    {
        using (var writer = new EncodedDatasetWriter(_folder.PathOf("encoded")))
            writer.Add("", 1, [new([1], [true])]);
        Directory.EnumerateFiles(_folder.PathOf(""), "encoded*").ShouldBeEmpty();
        EncodedDataset.Find(_folder.PathOf("encoded")).ShouldBeNull();
    }

    [Fact]
    public void The_same_rows_under_another_name_give_the_same_file()
    {
        using var model = CausalLanguageModel.Load(_folder.PathOf("model"), torch.CPU);
        var encoding = new DatasetEncoding(model.Tokenizer, model.Template, new DataSpec { Dataset = [] }, 90);
        Directory.CreateDirectory(_folder.PathOf("set/sub"));
        File.AppendAllText(_folder.PathOf("train.jsonl"), "{\n");
        File.Copy(_folder.PathOf("train.jsonl"), _folder.PathOf("other.jsonl"));
        File.Copy(_folder.PathOf("train.jsonl"), _folder.PathOf("set/sub/rows.jsonl"));
        encoding.Write(DatasetFile.Parse(_folder.PathOf("train.jsonl")), _folder.PathOf("one"), CancellationToken.None);
        encoding.Write(new DatasetFile(_folder.PathOf("other.jsonl"), 5, "name.jsonl#5"), _folder.PathOf("two"), CancellationToken.None);
        File.ReadAllBytes(_folder.PathOf("two")).ShouldBe(File.ReadAllBytes(_folder.PathOf("one")));

        encoding.Write(DatasetFile.Parse(_folder.PathOf("set#3")), _folder.PathOf("three"), CancellationToken.None);
        using var folder = EncodedDataset.Find(_folder.PathOf("three")).ShouldNotBeNull();
        folder.OriginOf(0).ShouldBe(("sub/rows.jsonl", 1));
        folder.Unusable.ShouldHaveSingleItem().Dataset.ShouldBe("sub/rows.jsonl");
    }
}
