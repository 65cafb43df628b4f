using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
