using Spectre.Console;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;

namespace Swift.Cli.Demo;

/// <summary>One evaluation of the demo: after which stage, and how many of the held-out problems were right.</summary>
internal sealed record DemoScore(string After, double Accuracy);

/// <summary>A question of the held-out set, put to the exported model.</summary>
internal sealed record DemoAnswer(string Question, string Answer, string Expected, bool Right);

/// <summary>What the demo shows at its end.</summary>
/// <param name="ModelDigest">Names the bytes of the final model: the same demo gives the same.</param>
internal sealed record DemoReport(
    Guid Experiment, string? ModelDigest, IReadOnlyList<DemoScore> Scores, IReadOnlyList<DemoAnswer> Answers, double Seconds,
    string DataFolder, string ModelFolder, string Gguf)
{
    /// <summary>Accuracy of every evaluation, by the training stage that it follows.</summary>
    public static IReadOnlyList<DemoScore> ScoresOf(ExperimentView view)
    {
        List<DemoScore> scores = [];
        var after = "nothing (random weights)";
        foreach (var stage in view.Stages)
        {
            if (stage.Kind is StageKind.Sft or StageKind.Grpo)
                after = stage.Kind.ToString().ToUpperInvariant();
            else if (stage.Scores.TryGetValue("accuracy", out var accuracy))
                scores.Add(new DemoScore(after, accuracy));
        }
        return scores;
    }

    public Rows Draw()
    {
        var scores = Tables.Plain("accuracy on held-out problems after", "");
        foreach (var score in Scores)
            scores.AddTextRow(score.After, Formats.Percent(score.Accuracy));

        var answers = Tables.Plain("question", "answer of the exported model", "expected", "");
        foreach (var answer in Answers)
            answers.AddRow(
                new Text(answer.Question), new Text(answer.Answer), new Text(answer.Expected),
                new Text(answer.Right ? "right" : "wrong", new Style(answer.Right ? Color.Green : Color.Red)));
        foreach (var column in answers.Columns)
            column.NoWrap = false;

        var places = Tables.Plain("", "");
        places.AddTextRow("model", ModelDigest ?? "none");
        places.AddTextRow("everything is in", DataFolder);
        places.AddTextRow("model folder", ModelFolder);
        places.AddTextRow("GGUF", Gguf);
        places.AddTextRow("look at it", $"swift up --data \"{DataFolder}\"   then   swift experiments show {Experiment}");
        places.AddTextRow("ask it", $"swift infer --model \"{Gguf}\" --chat --temperature 0 --prompt \"…\"");
        places.AddTextRow("took", Formats.Duration(TimeSpan.FromSeconds(Seconds)));
        return new Rows(scores, Text.Empty, answers, Text.Empty, places);
    }
}
