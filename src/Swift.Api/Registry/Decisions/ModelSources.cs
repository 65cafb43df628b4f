using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Swift.Api.Experiments.Aggregate;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Contracts.Registry;

namespace Swift.Api.Registry.Decisions;

/// <summary>Where a model of an experiment comes from, and how it was measured there.</summary>
internal static class ModelSources
{
    /// <summary>The stage that made a model of the experiment; null when none did.</summary>
    internal static Stage? Maker(Experiment state, ArtifactReference model) => state.Stages.LastOrDefault(stage => stage.Model == model);

    /// <param name="evaluation">Name of the eval stage whose measurement counts; null = the last that measured this model.</param>
    internal static ModelSource Of(Experiment state, Stage maker, ArtifactReference model, string? evaluation)
    {
        var measured = state.Stages.LastOrDefault(stage =>
            stage.Kind == StageKind.Eval && stage.Status == StageStatus.Succeeded && stage.BaseModel == model
            && (evaluation is null || stage.Name == evaluation));
        return new ModelSource(state.Id, maker.Index, maker.Name, measured is null ? null : new ModelEvaluation(
            measured.Name, measured.Artifacts["report"].Digest, measured.Scores, Questions(state, measured)));
    }

    /// <summary>A digest of what was asked and how it was counted. Written out field by field: a setting that a later release adds must not make old scores incomparable.</summary>
    private static string Questions(Experiment state, Stage stage)
    {
        var settings = state.Settings.Stages[stage.Index];
        var text = new StringBuilder();
        foreach (var written in settings.Data!.Dataset)
        {
            var dataset = DatasetName.Parse(written);
            text.Append(CultureInfo.InvariantCulture, $"dataset {state.Inputs[dataset.Path].Digest} {dataset.Rows}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"metric {settings.Eval!.Metric}\nlimit {settings.Eval.EvalLimit}\n");
        AppendUnusual(text, settings, state.Settings.Seed);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What changes the rows that are asked, what they say, or how many are too long; nothing where it is left as it is, as most do.</summary>
    private static void AppendUnusual(StringBuilder text, StageSpec settings, long seed)
    {
        var data = settings.Data!;
        foreach (var (column, name) in data.Columns.OrderBy(column => column.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"column {JsonSerializer.Serialize(column)} {JsonSerializer.Serialize(name)}\n");
        }
        if (data.System is { } system) text.Append(CultureInfo.InvariantCulture, $"system {JsonSerializer.Serialize(system)}\n");
        if (data.InterleaveProb is { } shares)
        {
            text.Append(CultureInfo.InvariantCulture, $"interleave {JsonSerializer.Serialize(shares)} {data.StoppingStrategy} {data.DataSeed ?? seed}\n");
        }
        if (data.MaxLength is { } length) text.Append(CultureInfo.InvariantCulture, $"max_length {length}\n");
        var room = (settings.Generation ?? new GenerationSpec()).MaxNewTokens;
        if (room != new GenerationSpec().MaxNewTokens) text.Append(CultureInfo.InvariantCulture, $"max_new_tokens {room}\n");
    }
}
