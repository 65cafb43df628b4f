using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Evaluation;
using Swift.Training.Rewards;

namespace Swift.Inference.Tests.Evaluation;

public sealed class ModelEvaluationTests(SmallModelFolder folder) : IClassFixture<SmallModelFolder>
{
    [Fact]
    public void A_report_holds_every_answer_and_the_score_that_follows_from_them()
    {
        var outcome = ModelEvaluation.Run(Request("report"), null, TestContext.Current.CancellationToken);

        var report = JsonSerializer.Deserialize<EvaluationReport>(File.ReadAllText(outcome.ReportFile), SwiftJson.Options)!;
        report.Rows.ShouldBe(12);
        report.Answers.Count.ShouldBe(12);
        report.Answers.Select(a => a.Line).ShouldBe(Enumerable.Range(1, 12));
        report.Answers.ShouldAllBe(a => a.Prompt.EndsWith("assistant\n") && a.Expected != null);
        report.Scores["accuracy"].ShouldBe(
            report.Answers.Average(a => a.Answer is not null && AnswerText.Same(a.Answer, a.Expected!) ? 1.0 : 0.0));
        report.Scores["accuracy_low"].ShouldBeLessThanOrEqualTo(report.Scores["accuracy"]);
        outcome.Scores.ShouldBe(report.Scores);
    }

    [Fact]
    public void The_same_request_gives_the_same_bytes()
    {
        var first = ModelEvaluation.Run(Request("first"), null, TestContext.Current.CancellationToken);
        var second = ModelEvaluation.Run(Request("second"), null, TestContext.Current.CancellationToken);
        File.ReadAllBytes(second.ReportFile).ShouldBe(File.ReadAllBytes(first.ReportFile));
    }

    [Fact]
    public void Prompts_that_leave_no_room_are_dropped_and_none_left_is_refused()
    {
        int[] lengths;
        using (var model = folder.Load())
        {
            lengths = [.. DatasetReader.Load(Request("").Datasets, Request("").Data with { DatasetShuffle = false }, RowUse.Evaluate, 1, TestContext.Current.CancellationToken)
                .Rows.Select(row => model.Tokenizer.Encode(model.Template.Render(row.Prompt, addGenerationPrompt: true)).Length)];
        }
        var limit = lengths.Order().ElementAt(5);
        var some = Request("some") with { Data = new DataSpec { Dataset = [], MaxLength = limit } };
        var outcome = ModelEvaluation.Run(some, null, TestContext.Current.CancellationToken);
        outcome.Rows.ShouldBe(lengths.Count(l => l <= limit));
        outcome.Dropped.ShouldHaveSingleItem().Reason.ShouldBe("too_long");
        outcome.Dropped[0].Count.ShouldBe(lengths.Count(l => l > limit));
        var report = outcome.Data.Datasets.ShouldHaveSingleItem();
        (report.RowsRead, report.RowsKept, report.RowsUsed).ShouldBe((lengths.Length, outcome.Rows, outcome.Rows));
        report.Dropped.ShouldHaveSingleItem().ShouldSatisfyAllConditions(rows => rows.Reason.ShouldBe("too_long"), rows => rows.Lines.ShouldBe(outcome.Dropped[0].Lines));
        outcome.Data.Lengths.Tokens.ShouldBe(lengths.Where(l => l <= limit).Sum());

        var two = ModelEvaluation.Run(some with { Eval = new EvalSpec { EvalLimit = 2 }, OutputFolder = folder["two"] }, null, TestContext.Current.CancellationToken);
        (two.Data.Datasets[0].RowsKept, two.Data.Datasets[0].RowsUsed).ShouldBe((outcome.Rows, two.Rows));

        Should.Throw<SwiftException>(() => ModelEvaluation.Run(
            some with { Data = some.Data with { MaxLength = 3 } }, null, TestContext.Current.CancellationToken)).Reason.Code.ShouldBe("prompts_too_long");
    }

    [Fact]
    public void Wilsons_interval_is_the_published_one()
    {
        // Newcombe 1998, Statistics in Medicine 17, table I: 81/263, 15/148, 0/20, 1/29.
        Check(81.0 / 263, 263, 0.2553, 0.3662);
        Check(15.0 / 148, 148, 0.0624, 0.1605);
        Check(0, 20, 0, 0.1611);
        Check(1.0 / 29, 29, 0.0061, 0.1718);

        static void Check(double share, int count, double low, double high)
        {
            var (l, h) = ConfidenceInterval.Wilson(share, count);
            l.ShouldBe(low, 5e-5);
            h.ShouldBe(high, 5e-5);
        }
    }

    private EvaluationRequest Request(string output) => new()
    {
        ModelFolder = folder.ModelPath,
        Datasets = [new DatasetFile(folder.TestFile, null, "data/test.jsonl")],
        Data = new DataSpec { Dataset = [] },
        Eval = new EvalSpec(),
        Generation = new GenerationSpec { MaxNewTokens = 16, MaxBatchSize = 8 },
        Seed = 1,
        OutputFolder = folder[output],
    };
}
