using System.Text;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Data.Tests.Datasets;

public sealed class DatasetReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static LoadedRows Load(string path, DataSpec? data = null, RowUse use = RowUse.Learn, long seed = 7) =>
        DatasetReader.Load([DatasetFile.Parse(path)], data ?? new DataSpec { Dataset = [path] }, use, seed, CancellationToken.None);

    private string Numbered(int rows) => _folder.File("numbered.jsonl",
        string.Concat(Enumerable.Range(1, rows).Select(i => $$"""{"query":"q{{i}}","response":"r{{i}}"}""" + "\n")));

    private static string[] Queries(LoadedRows loaded) => loaded.Rows.Select(r => r.Messages[0].Content).ToArray();

    [Fact]
    public void Unusable_rows_are_counted_by_reason_with_their_lines()
    {
        var path = _folder.File("mixed.jsonl", """
            {"query":"a","response":"b"}
            {"query":"a",

            [1,2]
            {"query":"a"}
            {"nothing":1}
            {"messages":[{"role":"wizard","content":"x"}]}
            {"messages":"x"}
            {"query":"a","response":""}
            {"query":
            {"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y","loss_scale":-0.5}]}
            {"messages":[{"role":"user","content":[{"type":"image_url"}]},{"role":"assistant","content":"y"}]}
            """);
        var loaded = Load(path);
        loaded.Rows.Count.ShouldBe(1);
        loaded.Dropped.Select(d => (d.Reason, d.Count, string.Join(",", d.Lines))).ShouldBe(
        [
            ("bad_json", 2, "2,10"), ("bad_loss_scale", 1, "11"), ("bad_messages", 1, "8"), ("empty_response", 1, "9"), ("no_conversation", 1, "6"), ("no_response", 1, "5"),
            ("not_an_object", 1, "4"), ("unknown_role", 1, "7"), ("unsupported_content", 1, "12"),
        ]);
        loaded.Dropped.ShouldAllBe(d => d.Dataset == path);
    }

    [Fact]
    public void At_most_twenty_lines_are_named_and_all_are_counted()
    {
        var path = _folder.File("bad.jsonl", """{"query":"a","response":"b"}""" + "\n" + string.Concat(Enumerable.Repeat("{\n", 50)));
        var dropped = Load(path).Dropped.ShouldHaveSingleItem();
        dropped.Count.ShouldBe(50);
        dropped.Lines.ShouldBe(Enumerable.Range(2, 20));
    }

    [Fact]
    public void Strict_fails_at_the_first_unusable_row()
    {
        var path = _folder.File("strict.jsonl", "{\"query\":\"a\",\"response\":\"b\"}\noops\n");
        var failure = Should.Throw<SwiftException>(() => Load(path, new DataSpec { Dataset = [path], Strict = true }));
        failure.Reason.Code.ShouldBe("dataset_row_invalid");
        failure.Message.ShouldContain("Line 2");
    }

    [Theory]
    [InlineData("", "dataset_empty")]
    [InlineData("\n \n", "dataset_empty")]
    [InlineData("[]", "dataset_empty")]
    [InlineData("a,b\n1,2\n", "dataset_unusable")]
    [InlineData("[{\"query\":\"a\",\"response\":\"b\"}", "dataset_unreadable")]
    [InlineData("[{\"query\":\"a\",\"response\":\"b\"}] x", "dataset_unreadable")]
    public void A_file_without_a_usable_row_is_refused(string content, string code) =>
        Should.Throw<SwiftException>(() => Load(_folder.File("file.jsonl", content))).Reason.Code.ShouldBe(code);

    [Fact]
    public void A_missing_file_and_a_folder_without_data_are_refused()
    {
        Should.Throw<SwiftException>(() => Load(_folder.PathOf("none.jsonl"))).Reason.Code.ShouldBe("dataset_missing");
        Should.Throw<SwiftException>(() => Load(Path.GetDirectoryName(_folder.PathOf("x"))!)).Reason.Code.ShouldBe("dataset_unreadable");
    }

    [Fact]
    public void An_array_of_rows_is_read_like_lines_and_keeps_line_numbers()
    {
        var path = _folder.File("rows.json", "[\n  {\"query\":\"a\",\"response\":\"b\"},\n  7,\n  {\n\"query\":\"c\",\"response\":\"d\"}\n]\n");
        var loaded = Load(path, new DataSpec { Dataset = [path], DatasetShuffle = false });
        loaded.Rows.Select(r => (r.Messages[0].Content, r.Line)).ShouldBe([("a", 2), ("c", 4)]);
        loaded.Dropped.ShouldHaveSingleItem().Lines.ShouldBe([3]);
    }

    [Fact]
    public void Byte_order_marks_carriage_returns_and_a_missing_last_line_end_are_fine()
    {
        var path = _folder.PathOf("bom.jsonl");
        File.WriteAllText(path, "{\"query\":\"ä\",\"response\":\"b\"}\r\n\r\n{\"query\":\"c\",\"response\":\"d\"}", new UTF8Encoding(true));
        var loaded = Load(path, new DataSpec { Dataset = [path], DatasetShuffle = false, Strict = true });
        loaded.Rows.Select(r => (r.Messages[0].Content, r.Line)).ShouldBe([("ä", 1), ("c", 3)]);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_drop_their_row_only()
    {
        var path = _folder.PathOf("latin1.jsonl");
        File.WriteAllBytes(path, [.. "{\"query\":\"a\",\"response\":\"b\"}\n{\"query\":\""u8, 0xE4, .. "\",\"response\":\"b\"}\n"u8]);
        Load(path).Dropped.ShouldHaveSingleItem().Reason.ShouldBe("bad_encoding");
    }

    [Fact]
    public void Lines_longer_than_the_read_buffer_are_whole()
    {
        var text = new string('x', 300_000);
        var path = _folder.File("long.jsonl", $$"""{"query":"a","response":"{{text}}"}""" + "\n" + """{"query":"c","response":"d"}""");
        Load(path, new DataSpec { Dataset = [path], DatasetShuffle = false }).Rows.Select(r => r.Response).ShouldBe([text, "d"]);
    }

    [Fact]
    public void A_hash_takes_a_random_sample_that_the_seed_decides()
    {
        var path = Numbered(50);
        var first = Queries(Load(path + "#10"));
        first.Length.ShouldBe(10);
        first.Distinct().Count().ShouldBe(10);
        Queries(Load(path + "#10")).ShouldBe(first);
        Queries(Load(path + "#10", seed: 8)).ShouldNotBe(first);
    }

    [Fact]
    public void More_rows_than_there_are_repeat_the_whole_set_and_draw_the_rest()
    {
        var counts = Queries(Load(Numbered(4) + "#11")).GroupBy(q => q).Select(g => g.Count()).Order().ToArray();
        counts.ShouldBe([2, 3, 3, 3]);
    }

    [Fact]
    public void Without_shuffling_the_first_rows_are_taken_in_order()
    {
        var path = Numbered(5);
        Queries(Load(path + "#7", new DataSpec { Dataset = [path], DatasetShuffle = false })).ShouldBe(["q1", "q2", "q3", "q4", "q5", "q1", "q2"]);
    }

    [Fact]
    public void Shuffling_keeps_every_row_and_follows_the_data_seed()
    {
        var path = Numbered(30);
        var shuffled = Queries(Load(path));
        shuffled.Order().ShouldBe(Queries(Load(path, new DataSpec { Dataset = [path], DatasetShuffle = false })).Order());
        Queries(Load(path, new DataSpec { Dataset = [path], DataSeed = 7 }, seed: 99)).ShouldBe(shuffled);
    }

    [Theory]
    [InlineData("file.jsonl#0")]
    [InlineData("file.jsonl#-3")]
    [InlineData("file.jsonl#many")]
    [InlineData("#3")]
    [InlineData("")]
    public void A_malformed_path_is_refused(string text) =>
        Should.Throw<SwiftException>(() => DatasetFile.Parse(text)).Reason.Code.ShouldBe("dataset_path_invalid");
}
