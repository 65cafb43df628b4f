using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Streaming;

namespace Swift.Data.Tests.Streaming;

public sealed class RowStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DatasetFile[] _datasets;

    public RowStreamTests()
    {
        var lines = _folder.File("a.jsonl", "\uFEFF" + string.Concat(Enumerable.Range(0, 23).Select(i => i % 7 == 3 ? "{\r\n" : $$"""{"query":"a{{i}}","response":"ü"}""" + "\r\n\n")));
        Directory.CreateDirectory(_folder.PathOf("set"));
        File.WriteAllText(_folder.PathOf("set/1.csv"), "query,response\nb0,x\nbroken\nb1,x\n");
        File.WriteAllText(_folder.PathOf("set/2.json"), """[{"query":"b2","response":"x"},{"query":"b3","response":"x"}, 3]""");
        using (var gzip = new GZipStream(File.Create(_folder.PathOf("set/3.jsonl.gz")), CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes("{\"query\":\"b4\",\"response\":\"x\"}\n{\"query\":\"b5\",\"response\":\"x\"}\n"));
        _datasets = [new(lines, null, "a.jsonl"), new(_folder.PathOf("set"), null, "set")];
    }

    public void Dispose() => _folder.Dispose();

    private static DataSpec Spec(bool shuffle = true, string? stopping = null) => new()
    {
        Dataset = [], DatasetShuffle = shuffle, InterleaveProb = stopping is null ? null : [0.6, 0.4], StoppingStrategy = stopping ?? "first_exhausted",
    };

    private RowStream Stream(DataSpec data, RowStreamPosition? from = null, int block = 5) => new(_datasets, data, RowUse.Learn, block, 3, from);

    private static string[] Queries(RowStream stream, int? count = null) =>
        [.. stream.Read(CancellationToken.None).Take(count ?? int.MaxValue).Select(row => row.Messages[0].Content)];

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, "first_exhausted")]
    [InlineData(false, "all_exhausted")]
    [InlineData(true, "all_exhausted")]
    public void A_stream_that_is_killed_anywhere_goes_on_with_the_same_rows(bool shuffle, string? stopping)
    {
        var data = Spec(shuffle, stopping);
        var stream = Stream(data);
        var whole = Queries(stream);
        whole.Length.ShouldBeGreaterThan(8);
        for (var killed = 0; killed <= whole.Length; killed++)
        {
            var first = Stream(data);
            Queries(first, killed).ShouldBe(whole[..killed]);
            var kept = JsonSerializer.Deserialize<RowStreamPosition>(JsonSerializer.Serialize(first.Position, SwiftJson.Options), SwiftJson.Options)!;
            var second = Stream(data, kept);
            Queries(second).ShouldBe(whole[killed..]);
            second.Position.Dropped.Select(rows => (rows.Dataset, rows.Reason, rows.Count, string.Join(",", rows.Lines))).ShouldBe(
                stream.Position.Dropped.Select(rows => (rows.Dataset, rows.Reason, rows.Count, string.Join(",", rows.Lines))));
        }
    }

    [Fact]
    public void Data_sets_follow_each_other_and_shuffling_moves_rows_within_a_block()
    {
        var plain = Queries(Stream(Spec(shuffle: false)));
        plain.ShouldBe([.. Enumerable.Range(0, 23).Where(i => i % 7 != 3).Select(i => $"a{i}"), "b0", "b1", "b2", "b3", "b4", "b5"]);
        var shuffled = Queries(Stream(Spec()));
        shuffled.ShouldNotBe(plain);
        shuffled.Chunk(5).Zip(plain.Chunk(5)).ShouldAllBe(pair => pair.First.Order().SequenceEqual(pair.Second.Order()));
    }

    [Fact]
    public void Dropped_rows_are_counted_once_however_often_a_data_set_begins_again()
    {
        var stream = Stream(Spec(stopping: "all_exhausted"));
        var rows = Queries(stream);
        rows.Where(row => row[0] == 'a').Distinct().Count().ShouldBe(20);
        rows.Where(row => row[0] == 'b').Distinct().Count().ShouldBe(6);
        stream.Position.Dropped.Select(d => (d.Dataset, d.Reason, string.Join(",", d.Lines))).ShouldBe(
            [("a.jsonl", "bad_json", "7,20,33"), ("set/1.csv", "bad_csv", "3"), ("set/2.json", "not_an_object", "1")]);
    }

    [Fact]
    public void A_hash_takes_the_first_rows_of_a_data_set()
    {
        var stream = new RowStream([_datasets[0] with { Rows = 3 }, _datasets[1] with { Rows = 2 }], Spec(shuffle: false), RowUse.Learn, 4, 1);
        Queries(stream).ShouldBe(["a0", "a1", "a2", "b0", "b1"]);
    }

    [Fact]
    public void A_data_set_without_a_usable_row_and_a_bad_row_under_strict_are_refused()
    {
        var bad = _folder.File("bad.jsonl", "{\n{\n");
        Should.Throw<SwiftException>(() => Queries(new RowStream([new(bad, null, "bad.jsonl")], Spec(), RowUse.Learn, 5, 1))).Reason.Code.ShouldBe("dataset_unusable");
        Should.Throw<SwiftException>(() => Queries(Stream(Spec() with { Strict = true }))).Reason.Code.ShouldBe("dataset_row_invalid");
    }
}
