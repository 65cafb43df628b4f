using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Gguf;
using Swift.Models.Native;
using Swift.Models.Safetensors;
using Swift.Models.Tokenizers;
using static TorchSharp.torch;

namespace Swift.Models;

/// <summary>Models in formats of others. The same model gives the same bytes.</summary>
public static class ModelExport
{
    /// <summary>Numbers by which llama.cpp calls a file's most frequent type.</summary>
    private static readonly Dictionary<string, (GgufType Type, uint FileType)> GgufTypesByName = new(StringComparer.Ordinal)
    {
        ["f32"] = (GgufType.F32, 0),
        ["f16"] = (GgufType.F16, 1),
        ["bf16"] = (GgufType.BF16, 32),
        ["q8_0"] = (GgufType.Q8_0, 7),
        ["q4_0"] = (GgufType.Q4_0, 2),
    };

    /// <summary>Writes one GGUF file that llama.cpp loads: weights, vocabulary, chat template.</summary>
    /// <param name="type"><c>f32</c>, <c>f16</c>, <c>bf16</c>, <c>q8_0</c> or <c>q4_0</c>; norms, biases and rows that no number of blocks fills stay 32-bit.</param>
    /// <exception cref="SwiftException">BadInput: an unknown type, or a model or tokenizer that llama.cpp cannot run as it is.</exception>
    public static void ToGguf(string modelFolder, string type, string outputFile)
    {
        if (!GgufTypesByName.TryGetValue(type, out var kind))
            throw SwiftException.BadInput("gguf_type_not_supported", $"GGUF type \"{type}\" is not supported; supported: {string.Join(", ", GgufTypesByName.Keys)}.");
        TorchLibrary.Load();
        var config = ModelConfigFile.Load(modelFolder);
        if (GgufLimits.Of(config) is { } problem)
            throw SwiftException.BadInput("model_not_exportable", $"{modelFolder} has {problem}, which cannot be written as GGUF: export it to Hugging Face's format instead.");
        using var decoder = new Decoder(config, CPU);
        SafetensorsModel.Load(decoder, modelFolder);

        var writer = new GgufWriter();
        AddShape(writer, config, kind.FileType);
        AddVocabulary(writer, modelFolder, config);
        using var scope = NewDisposeScope();
        foreach (var (name, divisors) in GgufRope.FactorsOf(config))
            writer.Add(name, [divisors.Length], GgufType.F32, () => tensor(divisors));
        foreach (var placement in GgufLayout.Of(decoder))
            writer.Add(placement.Name, placement.Shape, kind.Type, placement.Export);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(outputFile))!);
        writer.Write(outputFile);
    }

    /// <summary>Writes a Hugging Face folder: what <see cref="ModelFolder.Import"/> copies, without anything a trainer left beside it.</summary>
    /// <exception cref="SwiftException">BadInput: the folder is incomplete or its parts do not fit.</exception>
    public static void ToHuggingFace(string modelFolder, string outputFolder) =>
        ModelFolder.Import(modelFolder, tokenizer: null, outputFolder);

    private static void AddShape(GgufWriter writer, ModelConfig config, uint fileType)
    {
        var architecture = config.Family.GgufArchitecture;
        writer.Add("general.architecture", architecture);
        writer.Add("general.type", "model");
        writer.Add("general.file_type", fileType);
        writer.Add("general.quantization_version", 2u);
        void Size(string key, int value) => writer.Add($"{architecture}.{key}", (uint)value);
        Size("vocab_size", config.VocabSize);
        // llama.cpp has no sliding window in most architectures. As far as the window reaches, there is none.
        var window = config.Family.SlidesInGguf ? null : config.SlidingWindow;
        Size("context_length", Math.Min(config.MaxPositionEmbeddings, window ?? int.MaxValue));
        Size("embedding_length", config.HiddenSize);
        Size("block_count", config.NumHiddenLayers);
        Size("feed_forward_length", config.IntermediateSize);
        Size("attention.head_count", config.NumAttentionHeads);
        Size("attention.head_count_kv", config.NumKeyValueHeads);
        Size("attention.key_length", config.HeadDim);
        Size("attention.value_length", config.HeadDim);
        Size("rope.dimension_count", config.RotaryDim);
        writer.Add($"{architecture}.attention.layer_norm_rms_epsilon", (float)config.RmsNormEps);
        GgufRope.Write(writer, architecture, config);
        if (config.NumExperts > 0)
        {
            Size("expert_count", config.NumExperts);
            Size("expert_used_count", config.NumExpertsPerTok);
            Size("expert_feed_forward_length", config.MoeIntermediateSize);
        }
        if (config.Family.SlidesInGguf)
            Size("attention.sliding_window", config.SlidingWindow!.Value);
        if (GgufCap.Of(config.AttnLogitSoftcapping, config.Family.DefaultAttnLogitSoftcapping) is { } attention)
            writer.Add($"{architecture}.attn_logit_softcapping", attention);
        if (GgufCap.Of(config.FinalLogitSoftcapping, config.Family.DefaultFinalLogitSoftcapping) is { } final)
            writer.Add($"{architecture}.final_logit_softcapping", final);
    }

    private static void AddVocabulary(GgufWriter writer, string modelFolder, ModelConfig config)
    {
        var vocabulary = GgufVocabulary.Read(modelFolder, config.VocabSize);
        var tokenizer = TokenizerFile.Load(modelFolder);
        ModelFolder.RequireFit(tokenizer, config, modelFolder);
        writer.Add("tokenizer.ggml.model", vocabulary.Model);
        writer.Add("tokenizer.ggml.pre", vocabulary.PreTokenizer);
        writer.Add("tokenizer.ggml.tokens", vocabulary.Tokens);
        writer.Add("tokenizer.ggml.token_type", vocabulary.Types);
        if (vocabulary.Model is "llama" or "t5")
        {
            writer.Add("tokenizer.ggml.scores", vocabulary.Scores);
            writer.Add("tokenizer.ggml.add_space_prefix", vocabulary.AddsSpacePrefix);
            if (vocabulary.Model == "t5")
                writer.Add("tokenizer.ggml.remove_extra_whitespaces", vocabulary.RemovesExtraSpaces);
            if (vocabulary.CharacterMap.Length > 0)
                writer.Add("tokenizer.ggml.precompiled_charsmap", vocabulary.CharacterMap);
            if (vocabulary.UnknownId is { } unknown)
                writer.Add("tokenizer.ggml.unknown_token_id", (uint)unknown);
        }
        else
        {
            writer.Add("tokenizer.ggml.merges", vocabulary.Merges);
        }
        if (tokenizer.BosTokenId is { } bos)
            writer.Add("tokenizer.ggml.bos_token_id", (uint)bos);
        if (tokenizer.EosTokenId is { } eos)
            writer.Add("tokenizer.ggml.eos_token_id", (uint)eos);
        writer.Add("tokenizer.ggml.padding_token_id", (uint)tokenizer.PadTokenId);
        writer.Add("tokenizer.ggml.add_bos_token", tokenizer.AddBos);
        writer.Add("tokenizer.chat_template", ChatTemplate.Load(modelFolder).Source);
    }
}
