using System.Globalization;
using System.Text.Json;
using Swift.Contracts.Experiments;

namespace Swift.Models.Config;

/// <summary>The fields of <c>config.json</c> that describe a head: <c>architectures</c>, <c>id2label</c>, <c>num_labels</c>, <c>problem_type</c>.</summary>
internal static class HeadSection
{
    private const string CausalSuffix = "ForCausalLM";
    private const int MostLabels = 1 << 16;

    /// <summary>A language model where the file names no class, or one that is not known by its ending.</summary>
    public static HeadKind Kind(ConfigFields fields, DecoderFamily family) => fields.Texts("architectures") is not [var name, ..] ? HeadKind.CausalLanguageModel
        : name == family.HiddenLayerRewardArchitecture ? HeadKind.HiddenLayerReward
        : name.EndsWith("ForSequenceClassification", StringComparison.Ordinal) || name.EndsWith("ForRewardModel", StringComparison.Ordinal) ? HeadKind.SequenceClassification
        : name.EndsWith("Model", StringComparison.Ordinal) ? HeadKind.Embedding
        : HeadKind.CausalLanguageModel;

    /// <summary>Names of the scores by index; where the file says nothing two, as in transformers, and for a reward one. Empty without scores.</summary>
    /// <exception cref="SwiftException">BadInput <c>bad_model_config</c>: the indices are not 0, 1, ….</exception>
    public static IReadOnlyList<string> Labels(ConfigFields fields, HeadKind kind)
    {
        if (kind is not (HeadKind.SequenceClassification or HeadKind.HiddenLayerReward))
            return [];
        if (fields.Entries("id2label") is not { Count: > 0 } entries)
            return fields.SizeOr("num_labels", kind == HeadKind.HiddenLayerReward ? 1 : 2) is var count and <= MostLabels ? Default(count) : throw fields.Bad("num_labels", $"is more than {MostLabels}");
        var labels = new string?[entries.Count];
        foreach (var (key, label) in entries)
        {
            if (!int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= labels.Length || labels[index] is not null)
                throw fields.Bad("id2label", $"has the index \"{key}\"; the indices of {labels.Length} labels are 0 to {labels.Length - 1}");
            labels[index] = label;
        }
        return labels!;
    }

    /// <summary>Names of labels that nobody named.</summary>
    public static IReadOnlyList<string> Default(int count) => [.. Enumerable.Range(0, count).Select(index => $"LABEL_{index}")];

    /// <summary>The class of transformers that loads the model.</summary>
    public static string Architecture(ModelConfig config)
    {
        var causal = config.Family.Architecture;
        var stem = causal.EndsWith(CausalSuffix, StringComparison.Ordinal) ? causal[..^CausalSuffix.Length] : causal;
        return config.Head switch
        {
            HeadKind.SequenceClassification => stem + "ForSequenceClassification",
            HeadKind.HiddenLayerReward => config.Family.HiddenLayerRewardArchitecture
                ?? throw new InvalidOperationException($"{config.ModelType} has no class for a reward through a hidden layer."),
            // The text part of a family that also has pictures.
            HeadKind.Embedding => stem + (config.ModelType.EndsWith("_text", StringComparison.Ordinal) ? "TextModel" : "Model"),
            _ => causal,
        };
    }

    public static void WriteLabels(Utf8JsonWriter json, ModelConfig config)
    {
        json.WriteStartObject("id2label");
        foreach (var (index, label) in config.Labels.Index())
            json.WriteString(index.ToString(CultureInfo.InvariantCulture), label);
        json.WriteEndObject();
        json.WriteStartObject("label2id");
        foreach (var (index, label) in config.Labels.Index().DistinctBy(entry => entry.Item))
            json.WriteNumber(label, index);
        json.WriteEndObject();
        if (config.ProblemType is { } problem)
            json.WriteString("problem_type", problem);
    }
}
