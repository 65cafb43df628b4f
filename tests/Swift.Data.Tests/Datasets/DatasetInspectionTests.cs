using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;

namespace Swift.Data.Tests.Datasets;

public sealed class DatasetInspectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private const string Rows = """
        {"query":"a","response":"b"}
        {"query":"c"}
        not json
        {"query":"e","response":"f"}
        """;

    [Fact]
    public void It_counts_what_the_stage_can_use()
    {
        var path = _folder.File("rows.jsonl", Rows);
        var learn = DatasetInspection.Inspect(path + "#3", null, RowUse.Learn, null, CancellationToken.None);
        (learn.Rows, learn.UsableRows, learn.Complete).ShouldBe((4, 2, true));
        learn.Unusable.Select(d => d.Reason).ShouldBe(["bad_json", "no_response"]);
        DatasetInspection.Inspect(path, null, RowUse.Prompt, null, CancellationToken.None).UsableRows.ShouldBe(3);
        DatasetInspection.Inspect(path, null, RowUse.Evaluate, null, CancellationToken.None).UsableRows.ShouldBe(2);
    }

    [Fact]
    public void A_limit_looks_at_the_first_rows_only()
    {
        var inspected = DatasetInspection.Inspect(_folder.File("rows.jsonl", Rows), null, RowUse.Learn, 2, CancellationToken.None);
        (inspected.Rows, inspected.UsableRows, inspected.Complete).ShouldBe((2, 1, false));
    }

    [Fact]
    public void A_renamed_column_that_no_row_has_is_refused()
    {
        var path = _folder.File("rows.jsonl", Rows);
        var data = new DataSpec { Dataset = [path], Columns = new Dictionary<string, string> { ["qeury"] = "query" } };
        Should.Throw<SwiftException>(() => DatasetInspection.Inspect(path, data, RowUse.Learn, null, CancellationToken.None))
            .Reason.Code.ShouldBe("dataset_column_missing");
    }

    [Fact]
    public void Strict_refuses_the_first_unusable_row()
    {
        var path = _folder.File("rows.jsonl", Rows);
        Should.Throw<SwiftException>(() =>
                DatasetInspection.Inspect(path, new DataSpec { Dataset = [path], Strict = true }, RowUse.Learn, null, CancellationToken.None))
            .Message.ShouldContain("Line 2");
    }

    [Fact]
    public void A_file_of_useless_rows_is_refused_with_the_reasons() =>
        Should.Throw<SwiftException>(() =>
                DatasetInspection.Inspect(_folder.File("bad.jsonl", "{}\nx\n"), null, RowUse.Learn, null, CancellationToken.None))
            .Message.ShouldContain("bad_json 1 (line 2); no_conversation 1 (line 1)");
}
