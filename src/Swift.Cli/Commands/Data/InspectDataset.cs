using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Training.Reports;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift dataset inspect</c></summary>
internal sealed class InspectDataset : SwiftCommand
{
    private static readonly DataSpec Defaults = new() { Dataset = [] };

    private readonly Argument<string[]> _datasets = new("dataset")
    {
        Description = "Files (JSON, JSON lines, CSV, Parquet, text; gzip, Zstandard) or folders of them",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<RowUse> _use = new("--for") { Description = "What its rows must be good for", DefaultValueFactory = _ => RowUse.Learn };
    private readonly Option<string?> _model = new("--model") { Description = "Model folder whose tokenizer and chat template tell how long rows are", HelpName = "DIR" };
    private readonly Option<int?> _maxLength = new("--max_length") { Description = "With --model: longest sample. Default: the model's" };
    private readonly Option<string> _truncation = new("--truncation_strategy") { Description = "With --model", DefaultValueFactory = _ => Defaults.TruncationStrategy };
    private readonly Option<string> _lossScale = new("--loss_scale") { Description = "With --model", DefaultValueFactory = _ => Defaults.LossScale };
    private readonly Option<string?> _lossScaleRules = new("--loss_scale_rules") { Description = "With --model: a file of ms-swift's with the weights of the modifier custom", HelpName = "JSON" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Rows to look at. Default: all" };

    public InspectDataset() : base("inspect", "Counts rows that can be used and rows that cannot, says what is wrong with which lines, and how long rows are")
    {
        Add(_datasets);
        Add(_use);
        Add(_model);
        Add(_maxLength);
        Add(_truncation);
        Add(_lossScale);
        Add(_lossScaleRules);
        Add(_limit);
        _truncation.AcceptOnlyFromAmong("delete", "left", "right", "split");
        _limit.Validators.Add(AtLeastOne);
        _maxLength.Validators.Add(AtLeastOne);
        _lossScale.Validators.Add(result =>
        {
            if (result.Tokens is [var written] && LossScaleName.Parse(written.Value) is null)
                result.AddError($"--loss_scale '{written.Value}' is unknown; write {string.Join(", ", LossScaleName.Bases)}, and after a + any of {string.Join(", ", LossScaleName.KnownModifiers)}.");
        });
        // An argument that takes many values takes mistyped options too.
        _datasets.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
                result.AddError($"'{unknown.Value}' is no option of this command.");
        });
    }

    private static Dictionary<string, IReadOnlyList<double>>? Rules(string? file)
    {
        if (file is null)
            return null;
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<double>>>(File.ReadAllText(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw SwiftException.BadInput("loss_scale_rules_unreadable", $"--loss_scale_rules '{file}' is no file of keywords and their weights, such as {{\"Action:\": [2, 2]}}: {unreadable.Message}", unreadable);
        }
    }

    private static void AtLeastOne(OptionResult result)
    {
        if (result.Tokens is [var written] && (!int.TryParse(written.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1))
            result.AddError($"{result.Option.Name} must be a whole number of at least 1, not '{written.Value}'.");
    }

    protected override Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var names = run.GetRequired(_datasets);
        var data = Defaults with { Dataset = names, MaxLength = run.Get(_maxLength), TruncationStrategy = run.Get(_truncation)!, LossScale = run.Get(_lossScale)!, LossScaleRules = Rules(run.Get(_lossScaleRules)) };
        var measurement = new DatasetMeasurement(data, run.Get(_use), run.Get(_model));
        run.Output.Result(measurement.Measure([.. names.Select(DatasetFile.Parse)], run.Get(_limit), ct), DataReportView.Draw);
        return Task.FromResult(ExitCode.Done);
    }
}
