using System.IO.Compression;
using System.Text;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using ZstdSharp;

namespace Swift.Data.Tests.Reading;

public sealed class FileFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static LoadedRows Load(string path) =>
        DatasetReader.Load([DatasetFile.Parse(path)], new DataSpec { Dataset = [path], DatasetShuffle = false }, RowUse.Learn, 1, CancellationToken.None);

    private static (string, string?)[] Pairs(LoadedRows loaded) => [.. loaded.Rows.Select(row => (row.Messages[0].Content, row.Response))];

    private string Bytes(string name, byte[] content)
    {
        var path = _folder.PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    [Fact]
    public void A_csv_file_is_read_with_quotes_line_ends_and_empty_cells()
    {
        var path = _folder.File("rows.csv", "query,response,system\r\n\"a,b\",\"say \"\"x\"\"\r\nand go\",\r\nc,d,S\r\n\r\n");
        var loaded = Load(path);
        Pairs(loaded)[0].ShouldBe(("a,b", "say \"x\"\r\nand go"));
        loaded.Rows[1].Messages.Select(m => m.Content).ShouldBe(["S", "c", "d"]);
        loaded.Rows.Select(row => row.Line).ShouldBe([2, 4]);
        loaded.Dropped.ShouldBeEmpty();
    }

    [Fact]
    public void Rows_of_a_csv_file_that_do_not_fit_its_header_are_counted_with_their_lines()
    {
        var path = _folder.File("rows.csv", "query,response\na,b\nc\nd,e,f\ng\"h,i\nj,k\n\"l,m\nn,o\n");
        var loaded = Load(path);
        Pairs(loaded).ShouldBe([("a", "b"), ("j", "k")]);
        var dropped = loaded.Dropped.ShouldHaveSingleItem();
        (dropped.Reason, string.Join(",", dropped.Lines)).ShouldBe(("bad_csv", "3,4,5,7,8"));
    }

    [Fact]
    public void A_header_with_a_column_twice_is_refused() =>
        Should.Throw<SwiftException>(() => Load(_folder.File("rows.csv", "query,query\na,b\n"))).Message.ShouldContain("'query' twice");

    [Fact]
    public void Tabs_separate_the_cells_of_a_tsv_file() =>
        Pairs(Load(_folder.File("rows.tsv", "query\tresponse\na,b\tc\n"))).ShouldBe([("a,b", "c")]);

    [Fact]
    public void Every_line_of_a_text_file_is_a_text_to_learn()
    {
        var loaded = Load(_folder.File("book.txt", "{ First line\n\n  second\r\n"));
        loaded.Rows.Select(row => (row.Line, row.Messages.ShouldHaveSingleItem().Content)).ShouldBe([(1, "{ First line"), (3, "  second")]);
        loaded.Rows.ShouldAllBe(row => row.Messages[0].Role == "assistant");
    }

    [Fact]
    public void Gzip_and_zstandard_are_unpacked_whatever_they_hold()
    {
        var lines = Encoding.UTF8.GetBytes("{\"query\":\"ä\",\"response\":\"b\"}\n{\"query\":\n");
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Fastest, leaveOpen: true))
            stream.Write(lines);
        using var zstd = new Compressor();
        foreach (var path in new[] { Bytes("a.jsonl.gz", gzip.ToArray()), Bytes("b.jsonl.zst", zstd.Wrap(lines).ToArray()), Bytes("without-extension", gzip.ToArray()) })
        {
            var loaded = Load(path);
            Pairs(loaded).ShouldBe([("ä", "b")]);
            loaded.Dropped.ShouldHaveSingleItem().Lines.ShouldBe([2]);
        }

        Pairs(Load(Bytes("c.csv.zst", zstd.Wrap("query,response\na,b\n"u8).ToArray()))).ShouldBe([("a", "b")]);
    }

    [Fact]
    public void One_object_over_several_lines_is_refused_with_how_JSON_is_read() => Should.Throw<SwiftException>(
        () => Load(_folder.File("rows.json", "{\n \"query\": \"a\",\n \"response\": \"b\"\n}\n"))).Message.ShouldContain("one array of objects");

    [Fact]
    public void A_damaged_archive_is_refused_by_name()
    {
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $$"""{"query":"q{{i}}","response":"r{{i * 7919 % 1000}}"}""" + "\n"))));
        var bytes = gzip.ToArray();
        for (var i = bytes.Length / 2; i < bytes.Length / 2 + 40; i++)
            bytes[i] ^= 0x5A;
        var failure = Should.Throw<SwiftException>(() => Load(Bytes("broken.jsonl.gz", bytes)));
        failure.Reason.Code.ShouldBe("dataset_unreadable");
        failure.Message.ShouldContain("broken.jsonl.gz");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(2)]
    [InlineData(1)]
    public void An_archive_that_is_cut_off_is_refused_by_name(int part)
    {
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $$"""{"query":"q{{i}}","response":"r{{i * 7919 % 1000}}"}""" + "\n")));
        using var gzip = new MemoryStream();
        using (var stream = new GZipStream(gzip, CompressionLevel.Optimal, leaveOpen: true))
            stream.Write(lines);
        using var zstd = new Compressor();
        foreach (var (name, bytes) in new[] { ("a.jsonl.gz", gzip.ToArray()), ("b.jsonl.zst", zstd.Wrap(lines).ToArray()) })
        {
            // The last bytes of gzip are its checksum: without it, nobody knows that the rows are all there.
            var failure = Should.Throw<SwiftException>(() => Load(Bytes(name, part == 1 ? bytes[..^3] : bytes[..(bytes.Length / (part * part * part))])));
            failure.Reason.Code.ShouldBe("dataset_unreadable");
            failure.Message.ShouldContain(name);
            failure.Message.ShouldContain("cut off");
        }
    }

    [Fact]
    public void The_files_of_a_folder_are_read_in_the_order_of_their_paths_and_named_each()
    {
        var first = _folder.PathOf("set");
        Bytes("set/b.csv", "query,response\nc,d\nx\n"u8.ToArray());
        Bytes("set/a/rows.jsonl", "{\"query\":\"a\",\"response\":\"b\"}\n"u8.ToArray());
        Bytes("set/README.md", "# Rows\n"u8.ToArray());
        Bytes("set/.cache/rows.jsonl", "{\"query\":\"hidden\",\"response\":\"b\"}\n"u8.ToArray());
        var loaded = Load(first);
        Pairs(loaded).ShouldBe([("a", "b"), ("c", "d")]);
        loaded.Dropped.ShouldHaveSingleItem().Dataset.ShouldBe(first + "/b.csv");
        Load(first + "#1").Rows.Count.ShouldBe(1);
    }

    [Fact]
    public void A_folder_without_data_files_is_refused()
    {
        Bytes("empty/README.md", "x"u8.ToArray());
        Should.Throw<SwiftException>(() => Load(_folder.PathOf("empty"))).Reason.Code.ShouldBe("dataset_unreadable");
    }

    [Fact]
    public void A_damaged_parquet_file_is_refused()
    {
        var path = Bytes("rows.parquet", [.. "PAR1"u8, .. new byte[200], .. "PAR1"u8]);
        Should.Throw<SwiftException>(() => Load(path)).Reason.Code.ShouldBe("dataset_unreadable");
    }

    [Fact]
    public void A_long_json_array_is_read_object_by_object()
    {
        var text = new string('x', 100_000);
        var path = _folder.File("rows.json", "[" + string.Join(",\n", Enumerable.Range(0, 50).Select(i => $$"""{"query":"q{{i}}","response":"{{text}}"}""")) + "]\n");
        var loaded = Load(path);
        loaded.Rows.Select(row => row.Messages[0].Content).ShouldBe(Enumerable.Range(0, 50).Select(i => $"q{i}"));
        loaded.Rows[^1].Line.ShouldBe(50);
        loaded.Rows[^1].Response.ShouldBe(text);
    }

    [Fact]
    public void A_line_that_would_fill_the_memory_is_passed_over_and_named()
    {
        var path = _folder.PathOf("huge.jsonl");
        using (var file = File.CreateText(path))
        {
            file.Write("{\"query\":\"a\",\"response\":\"b\"}\n{\"query\":\"");
            var chunk = new string('x', 1 << 20);
            for (var i = 0; i < 65; i++)
                file.Write(chunk);
            file.Write("\"}\n{\"query\":\"c\",\"response\":\"d\"}");
        }

        var loaded = Load(path);
        Pairs(loaded).ShouldBe([("a", "b"), ("c", "d")]);
        loaded.Rows[1].Line.ShouldBe(3);
        loaded.Dropped.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Reason.ShouldBe("row_too_large"), d => d.Lines.ShouldBe([2]));
    }
}
