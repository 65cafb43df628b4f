using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using ParquetSharp;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Data.Tests.Reading;

/// <summary>Parquet files as DuckDB and Apache Arrow's C++ library (ParquetSharp) write them.</summary>
public sealed class ParquetOfOtherWritersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("snappy", "V1")]
    [InlineData("zstd", "V1")]
    [InlineData("gzip", "V2")]
    [InlineData("zstd", "V2")]
    public void Rows_that_DuckDB_makes_of_JSON_are_that_JSON_again(string compression, string version)
    {
        var lines = _folder.File("rows.jsonl", string.Join('\n', Enumerable.Range(0, 5000).Select(Row)));
        var path = _folder.PathOf("rows.parquet");
        Execute($$"""
            COPY (SELECT * FROM read_json('{{lines}}', columns = {
                messages: 'STRUCT("role" VARCHAR, "content" VARCHAR, "loss_scale" DOUBLE)[]', number: 'BIGINT', small: 'TINYINT', unsigned: 'UBIGINT', weight: 'DOUBLE',
                price: 'DECIMAL(9,3)', flag: 'BOOLEAN', day: 'DATE', moment: 'TIMESTAMP', clock: 'TIME', tags: 'VARCHAR[]', grid: 'INTEGER[][]',
                scores: 'MAP(VARCHAR, DOUBLE)', more: 'STRUCT(a STRUCT(b INTEGER, days DATE[]), c VARCHAR)', anything: 'JSON' }))
            TO '{{path}}' (FORMAT parquet, COMPRESSION {{compression}}, PARQUET_VERSION {{version}}, ROW_GROUP_SIZE 2048)
            """);

        var (expected, read) = (Load(lines), Load(path));
        read.Rows.Count.ShouldBe(5000 - (5000 / 100));
        foreach (var (row, wanted) in read.Rows.Zip(expected.Rows))
        {
            row.Line.ShouldBe(wanted.Line);
            row.Messages.ShouldBe(wanted.Messages);
            Json(row).ShouldBe(Json(wanted), $"row {row.Line}");
        }

        read.Dropped.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            dropped => dropped.Reason.ShouldBe("no_conversation"), dropped => dropped.Count.ShouldBe(50), dropped => dropped.Lines.Take(3).ShouldBe([100, 200, 300]));
    }

    /// <summary>A value of every kind, sometimes none, an empty list, a list with nothing in it.</summary>
    private static string Row(int i)
    {
        var at = new DateTime(2020, 2, 28, 23, 59, 58, i % 1000).AddHours(i * 7);
        var cells = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["messages"] = i % 100 == 99 ? null : Enumerable.Range(0, 1 + (i % 3)).SelectMany(turn => new object[]
            {
                new { role = "user", content = $"question {turn} of {i}: ü 漢 😀\n\"quoted\"" }, new { role = "assistant", content = $"answer {i * 7919 % 1000}", loss_scale = 0.5 * turn },
            }),
            ["number"] = i % 5 == 0 ? null : (i * 1_000_003L) - 9_000_000_000,
            ["small"] = (i % 200) - 100,
            ["unsigned"] = ulong.MaxValue - (ulong)i,
            ["weight"] = i / 7.0,
            ["price"] = (i - 2500) / 8m,
            ["flag"] = i % 7 == 0 ? null : i % 2 == 0,
            ["day"] = DateOnly.FromDateTime(at).ToString("O", CultureInfo.InvariantCulture),
            ["moment"] = i % 11 == 0 ? null : at.ToString("yyyy-MM-ddTHH:mm:ss.FFF", CultureInfo.InvariantCulture),
            ["clock"] = at.ToString("HH:mm:ss.FFF", CultureInfo.InvariantCulture),
            ["tags"] = i % 3 == 0 ? null : Enumerable.Range(0, i % 4).Select(tag => tag == 1 ? null : $"tag {tag}"),
            ["grid"] = Enumerable.Range(0, i % 3).Select(row => i % 2 == 0 && row == 1 ? null : Enumerable.Range(row, row * i % 4)),
            ["scores"] = new Dictionary<string, double> { ["a"] = i, [$"b{i}"] = -0.25 },
            ["more"] = i % 13 == 0 ? null : new { a = new { b = i, days = i % 2 == 0 ? new[] { "1999-12-31", null } : [] }, c = $"c{i}" },
            ["anything"] = i % 2 == 0 ? new { deep = new object[] { 1, "x" } } : $"text {i}",
        };
        return JsonSerializer.Serialize(cells);
    }

    [Fact]
    public void A_point_in_time_is_the_same_on_every_machine()
    {
        var path = _folder.PathOf("rows.parquet");
        Execute($"""
            COPY (SELECT 'q' AS query, 'r' AS response, TIMESTAMPTZ '2026-03-04 05:06:07.891+02' AS zoned, TIMESTAMP_NS '2026-03-04 05:06:07.123456700' AS fine,
                TIMESTAMP_MS '1066-10-14 09:00:00' AS old, 'infinity'::TIMESTAMP AS never, INTERVAL '14 months 3 days 1.5 seconds' AS span) TO '{path}' (FORMAT parquet)
            """);
        JsonSerializer.Serialize(Load(path).Rows.ShouldHaveSingleItem().Columns).ShouldBe(
            """{"zoned":"2026-03-04T03:06:07.891Z","fine":"2026-03-04T05:06:07.1234567","old":"1066-10-14T09:00:00","never":9223372036854775807,"span":"P14M3DT1.5S"}""");
    }

    [Theory]
    [InlineData(ParquetDataPageVersion.V1, Compression.Snappy)]
    [InlineData(ParquetDataPageVersion.V2, Compression.Uncompressed)]
    [InlineData(ParquetDataPageVersion.V2, Compression.Zstd)]
    public void Columns_of_Arrow_are_read_with_every_row_group(ParquetDataPageVersion pages, Compression compression)
    {
        var path = _folder.PathOf("rows.parquet");
        Column[] columns =
        [
            new Column<string>("query"), new Column<string?>("response"), new Column<int>("level"), new Column<double>("x"), new Column<float?>("y"),
            new Column<Date>("day"), new Column<DateTime?>("at"), new Column<decimal>("price", LogicalType.Decimal(29, 3)), new Column<Guid>("id"),
        ];
        using (var properties = new WriterPropertiesBuilder().DataPageVersion(pages).Compression(compression).Build())
        using (var file = new ParquetFileWriter(path, columns, properties))
        {
            for (var group = 0; group < 3; group++)
            {
                using var rows = file.AppendRowGroup();
                Write<string>(rows, [$"q{group}", "ü"]);
                Write<string?>(rows, [$"r{group}", group == 1 ? null : "s"]);
                Write<int>(rows, [group, -1]);
                Write<double>(rows, [0.1, double.NaN]);
                Write<float?>(rows, [null, 0.2f]);
                Write<Date>(rows, [new Date(2026, 1, 1), new Date(1969, 12, 31)]);
                Write<DateTime?>(rows, [new DateTime(2026, 1, 1, 2, 3, 4), null]);
                Write<decimal>(rows, [1.5m, -12345678901234567890.125m]);
                Write<Guid>(rows, [Guid.Empty, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")]);
            }

            file.Close();
        }

        var loaded = Load(path);
        loaded.Rows.Select(row => (row.Messages[0].Content, row.Response)).ShouldBe([("q0", "r0"), ("ü", "s"), ("q1", "r1"), ("q2", "r2"), ("ü", "s")]);
        loaded.Rows.Select(row => row.Line).ShouldBe([1, 2, 3, 5, 6]);
        loaded.Dropped.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Reason.ShouldBe("no_response"), d => d.Lines.ShouldBe([4]));
        JsonSerializer.Serialize(loaded.Rows[0].Columns).ShouldBe(
            """{"level":0,"x":0.1,"day":"2026-01-01","at":"2026-01-01T02:03:04Z","price":1.5,"id":"00000000-0000-0000-0000-000000000000"}""");
        JsonSerializer.Serialize(loaded.Rows[1].Columns).ShouldBe(
            """{"level":-1,"x":"NaN","y":0.2,"day":"1969-12-31","price":-12345678901234567890.125,"id":"00112233-4455-6677-8899-aabbccddeeff"}""");
    }

    [Fact]
    public void Truth_values_of_Arrow_are_read_in_data_pages_of_version_1()
    {
        var path = Arrow(ParquetDataPageVersion.V1, new Column<bool?>("ok"), new bool?[] { true, null, false });
        Load(path).Rows.Select(row => JsonSerializer.Serialize(row.Columns)).ShouldBe(["""{"ok":true}""", "{}", """{"ok":false}"""]);
    }

    [Fact]
    public void Lists_and_truth_values_in_data_pages_of_version_2_are_refused_with_the_column_and_what_to_do()
    {
        Refused(Arrow(ParquetDataPageVersion.V2, new Column<string[]>("tags"), new string[][] { ["a", "b"], [], ["c"] }), "'tags");
        Refused(Arrow(ParquetDataPageVersion.V2, new Column<bool?>("ok"), new bool?[] { true, null, false }), "'ok'");

        static void Refused(string path, string column)
        {
            var failure = Should.Throw<SwiftException>(() => Load(path));
            failure.Reason.Code.ShouldBe("dataset_unreadable");
            failure.Message.ShouldContain("rows.parquet");
            failure.Message.ShouldContain(column);
            failure.Message.ShouldContain("data pages of version 2");
            failure.Message.ShouldContain("version 1");
        }
    }

    private string Arrow<T>(ParquetDataPageVersion pages, Column<T> column, T[] values)
    {
        var path = _folder.PathOf("rows.parquet");
        using var properties = new WriterPropertiesBuilder().DataPageVersion(pages).Build();
        using var file = new ParquetFileWriter(path, [new Column<string>("query"), new Column<string>("response"), column], properties);
        using (var rows = file.AppendRowGroup())
        {
            Write<string>(rows, [.. values.Select(_ => "q")]);
            Write<string>(rows, [.. values.Select(_ => "r")]);
            Write(rows, values);
        }

        file.Close();
        return path;
    }

    private static LoadedRows Load(string path) =>
        DatasetReader.Load([DatasetFile.Parse(path)], new DataSpec { Dataset = [path], DatasetShuffle = false }, RowUse.Learn, 1, CancellationToken.None);

    /// <summary>Names in the order of the alphabet: a file of columns has an order of its own.</summary>
    private static string Json(DataRow row) => JsonSerializer.Serialize(new SortedDictionary<string, JsonElement>(row.Columns.ToDictionary(), StringComparer.Ordinal));

    private static void Write<T>(RowGroupWriter rows, T[] values)
    {
        using var column = rows.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values);
    }

    private static void Execute(string sql)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
