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
        var family = DecoderFamilies.FindGguf(architecture) ?? throw NotSupported(file, $"architecture \"{architecture}\"");
        if (file.Tensors.ContainsKey("rope_freqs.weight"))
            throw NotSupported(file, "rotary frequencies of its own (rope_freqs.weight)");
        int Size(string key) => metadata.Size($"{architecture}.{key}") ?? throw metadata.Bad($"{architecture}.{key}", "is missing");
        int SizeOr(string key, int fallback) => metadata.Size($"{architecture}.{key}") ?? fallback;

        var (heads, hidden) = (Size("attention.head_count"), Size("embedding_length"));
        var headDim = SizeOr("attention.key_length", hidden / heads);
        if (SizeOr("rope.dimension_count", headDim) != headDim || headDim % 2 != 0)
            throw NotSupported(file, "rotation of a part of each head");
        if (SizeOr("attention.value_length", headDim) != headDim)
            throw NotSupported(file, "values of another size than keys");
        var keyValueHeads = SizeOr("attention.head_count_kv", heads);
        if (heads % keyValueHeads != 0)
            throw metadata.Bad($"{architecture}.attention.head_count_kv", $"is {keyValueHeads}, which does not divide {heads}");
        if (!file.Tensors.TryGetValue("token_embd.weight", out var embedding))
            throw metadata.Bad("token_embd.weight", "is missing");
        return new ModelConfig
        {
            ModelType = family.ModelType,
            VocabSize = checked((int)embedding.Shape[0]),
            HiddenSize = hidden,
            IntermediateSize = Size("feed_forward_length"),
            NumHiddenLayers = Size("block_count"),
            NumAttentionHeads = heads,
            NumKeyValueHeads = keyValueHeads,
            HeadDim = headDim,
            MaxPositionEmbeddings = SizeOr("context_length", 2048),
            RmsNormEps = metadata.Number($"{architecture}.attention.layer_norm_rms_epsilon") ?? 1e-6,
            TieWordEmbeddings = !file.Tensors.ContainsKey("output.weight"),
            QueryKeyValueBias = file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            OutputBias = file.Tensors.ContainsKey("blk.0.attn_output.bias"),
            MlpBias = file.Tensors.ContainsKey("blk.0.ffn_up.bias"),
            Rope = Rope(file, architecture),
            BosTokenId = Token(metadata, "bos"),
            EosTokenIds = Token(metadata, "eos") is { } eos ? [eos] : [],
            PadTokenId = Token(metadata, "padding"),
        };
    }

    /// <summary>Reads every parameter, dequantised to the decoder's type.</summary>
    /// <exception cref="SwiftException">BadInput: <c>weights_mismatch</c> with every tensor that is missing, unexpected or of another shape,
    /// or <c>gguf_type_not_supported</c>.</exception>
    public static void Load(Decoder decoder, GgufFile file)
    {
        using var outer = NewDisposeScope();
        using var grad = no_grad();
        var views = decoder.Parameters.SelectMany(parameter => parameter.Views()).ToList();
        Check(views, file);
        foreach (var (name, view) in views)
        {
            using var scope = NewDisposeScope();
            var values = file.Read(GgufNames.Of(name));
            view.copy_(GgufNames.InterleavedHeads(decoder.Config, name) is { } heads ? RotaryOrder.Separate(values, heads) : values);
        }
    }

    private static void Check(List<(string Name, Tensor View)> views, GgufFile file)
    {
        var problems = new List<string>();
        var expected = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (huggingFace, view) in views)
        {
            var name = GgufNames.Of(huggingFace);
            expected.Add(name);
            if (!file.Tensors.TryGetValue(name, out var tensor))
                problems.Add($"{name} is missing");
            else if (!tensor.Shape.SequenceEqual(view.shape))
                problems.Add($"{name} has shape [{string.Join(", ", tensor.Shape)}], the metadata asks for [{string.Join(", ", view.shape)}]");
        }
        problems.AddRange(file.Tensors.Keys.Where(name => !expected.Contains(name)).Order(StringComparer.Ordinal).Select(name => $"{name} is unexpected"));
        if (problems.Count > 0)
            throw SwiftException.BadInput("weights_mismatch", $"The tensors of {file.Path} do not fit its metadata: {string.Join("; ", problems)}.");
    }

    private static RopeConfig Rope(GgufFile file, string architecture)
    {
        var rope = new RopeConfig(file.Metadata.Number($"{architecture}.rope.freq_base") ?? 10_000);
        return file.Metadata.Text($"{architecture}.rope.scaling.type") switch
        {
            null or "none" => rope,
            "linear" => rope with { Type = "linear", Factor = file.Metadata.Number($"{architecture}.rope.scaling.factor") ?? 1 },
            var type => throw NotSupported(file, $"rope scaling \"{type}\""),
        };
    }

    private static int? Token(GgufMetadata metadata, string role) =>
        metadata.Integer($"tokenizer.ggml.{role}_token_id") is { } id && id != NoToken ? checked((int)id) : null;

    private static SwiftException NotSupported(GgufFile file, string what) =>
        SwiftException.BadInput("model_not_supported", $"{file.Path} has {what}, which is not supported.");
}
