using Swift.Contracts.Experiments;
using Swift.Models.Config;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Models.Gguf;

/// <summary>A decoder in a GGUF file: its configuration and weights.</summary>
internal static class GgufModel
{
    private const long NoToken = uint.MaxValue;

    /// <exception cref="SwiftException">BadInput: an architecture or a part this build does not know (<c>model_not_supported</c>), or a key is missing or wrong (<c>bad_gguf</c>).</exception>
    public static ModelConfig Config(GgufFile file)
    {
        var metadata = file.Metadata;
        var architecture = metadata.Text("general.architecture") ?? throw metadata.Bad("general.architecture", "is missing");
        var experts = metadata.Size($"{architecture}.expert_count") ?? 0;
        var family = DecoderFamilies.FindGguf(architecture, experts > 0) ?? throw NotSupported(file, $"architecture \"{architecture}\"");
        int Size(string key) => metadata.Size($"{architecture}.{key}") ?? throw metadata.Bad($"{architecture}.{key}", "is missing");
        int SizeOr(string key, int fallback) => metadata.Size($"{architecture}.{key}") ?? fallback;

        var (heads, hidden) = (Size("attention.head_count"), Size("embedding_length"));
        var headDim = SizeOr("attention.key_length", hidden / heads);
        var rotaryDim = SizeOr("rope.dimension_count", headDim);
        if (rotaryDim > headDim || rotaryDim % 2 != 0)
            throw metadata.Bad($"{architecture}.rope.dimension_count", $"is {rotaryDim} for heads of {headDim}");
        if (SizeOr("attention.value_length", headDim) != headDim)
            throw NotSupported(file, "values of another size than keys");
        var keyValueHeads = SizeOr("attention.head_count_kv", heads);
        if (heads % keyValueHeads != 0)
            throw metadata.Bad($"{architecture}.attention.head_count_kv", $"is {keyValueHeads}, which does not divide {heads}");
        if (!file.Tensors.TryGetValue("token_embd.weight", out var embedding))
            throw metadata.Bad("token_embd.weight", "is missing");
        var (layers, context) = (Size("block_count"), SizeOr("context_length", 2048));
        var window = family.SlidesInGguf ? metadata.Size($"{architecture}.attention.sliding_window") ?? family.DefaultSlidingWindow : null;
        var chosen = experts > 0 ? Size("expert_used_count") : 0;
        if (chosen > experts)
            throw metadata.Bad($"{architecture}.expert_used_count", $"is {chosen}, more than the {experts} experts");
        return new ModelConfig
        {
            ModelType = family.ModelType,
            VocabSize = checked((int)embedding.Shape[0]),
            HiddenSize = hidden,
            IntermediateSize = Size("feed_forward_length"),
            NumExperts = experts,
            NumExpertsPerTok = chosen,
            MoeIntermediateSize = experts > 0 ? SizeOr("expert_feed_forward_length", Size("feed_forward_length")) : 0,
            NormTopkProb = experts > 0,
            NumHiddenLayers = layers,
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = context,
            RmsNormEps = metadata.Number($"{architecture}.attention.layer_norm_rms_epsilon") ?? 1e-6,
            TieWordEmbeddings = !file.Tensors.ContainsKey("output.weight"),
            QueryKeyValueBias = file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            OutputBias = file.Tensors.ContainsKey("blk.0.attn_output.bias"),
            MlpBias = file.Tensors.ContainsKey("blk.0.ffn_up.bias"),
            Activation = family.Activation,
            QueryPreAttnScalar = family.SoftcappingConfigurable ? GgufScale(family, layers, hidden, heads, headDim) : null,
            AttnLogitSoftcapping = family.SoftcappingConfigurable ? GgufCap.Read(metadata.Number($"{architecture}.attn_logit_softcapping"), family.DefaultAttnLogitSoftcapping) : null,
            FinalLogitSoftcapping = family.SoftcappingConfigurable ? GgufCap.Read(metadata.Number($"{architecture}.final_logit_softcapping"), family.DefaultFinalLogitSoftcapping) : null,
            Rope = GgufRope.Read(file, architecture, family, rotaryDim, context),
            SlidingRope = family.DefaultSlidingRopeTheta is { } theta ? new RopeConfig(theta) : null,
            PartialRotaryFactor = (double)rotaryDim / headDim,
            SlidingWindow = window,
            SlidingLayers = window is null ? [] : SlidingLayers(family, layers),
            BosTokenId = Token(metadata, "bos"),
            EosTokenIds = Token(metadata, "eos") is { } eos ? [eos] : [],
            PadTokenId = Token(metadata, "padding"),
        };
    }

    /// <summary>Layers that llama.cpp lets slide in this family.</summary>
    public static bool[] SlidingLayers(DecoderFamily family, int layers) =>
        [.. Enumerable.Range(1, layers).Select(number => number % (family.FullLayerEvery ?? 1) != 0)];

    /// <summary>What llama.cpp divides the scores of these families by the square root of: it knows the largest model by its number of layers.</summary>
    public static double GgufScale(DecoderFamily family, int layers, int hidden, int heads, int headDim) =>
        layers == family.LayersOfWideScaleInGguf ? hidden / heads : headDim;

    /// <summary>Reads every parameter, dequantised to the decoder's type.</summary>
    /// <exception cref="SwiftException">BadInput: <c>weights_mismatch</c> with every tensor that is missing, unexpected or of another shape,
    /// or <c>gguf_type_not_supported</c>.</exception>
    public static void Load(Decoder decoder, GgufFile file)
    {
        using var outer = NewDisposeScope();
        using var grad = no_grad();
        var placements = GgufLayout.Of(decoder);
        Check(placements, file);
        foreach (var placement in placements)
        {
            using var scope = NewDisposeScope();
            placement.Import(file.Read(placement.Name));
        }
    }

    internal static SwiftException NotSupported(GgufFile file, string what) =>
        SwiftException.BadInput("model_not_supported", $"{file.Path} has {what}, which is not supported.");

    private static void Check(IReadOnlyList<GgufPlacement> placements, GgufFile file)
    {
        var problems = new List<string>();
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var placement in placements)
        {
            expected.Add(placement.Name);
            if (!file.Tensors.TryGetValue(placement.Name, out var tensor))
                problems.Add($"{placement.Name} is missing");
            else if (!tensor.Shape.SequenceEqual(placement.Shape))
                problems.Add($"{placement.Name} has shape [{string.Join(", ", tensor.Shape)}], the metadata asks for [{string.Join(", ", placement.Shape)}]");
        }
        problems.AddRange(file.Tensors.Keys.Where(name => !expected.Contains(name) && !GgufRope.IsFactors(name))
            .Order(StringComparer.Ordinal).Select(name => $"{name} is unexpected"));
        if (problems.Count > 0)
            throw SwiftException.BadInput("weights_mismatch", $"The tensors of {file.Path} do not fit its metadata: {string.Join("; ", problems)}.");
    }

    private static int? Token(GgufMetadata metadata, string role) =>
        metadata.Integer($"tokenizer.ggml.{role}_token_id") is { } id && id != NoToken ? checked((int)id) : null;
}
