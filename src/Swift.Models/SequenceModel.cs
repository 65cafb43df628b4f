using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Folders;
using Swift.Models.Heads;
using Swift.Models.Native;
using Swift.Models.Safetensors;
using Swift.Models.Tokenizers;
using static TorchSharp.torch;

namespace Swift.Models;

/// <summary>
/// A decoder that makes one vector of a text: scores of labels (sequence classification), one score (a reward), or an embedding.
/// ms-swift's task types <c>seq_cls</c>, <c>reward_model</c> and <c>embedding</c>.
/// </summary>
public sealed class SequenceModel : IDisposable
{
    private readonly ModelFiles _files;

    private SequenceModel(Decoder decoder, Pooling pooling, Tokenizer tokenizer, ChatTemplate template, ModelFiles files) =>
        (Decoder, Pooling, Tokenizer, Template, _files) = (decoder, pooling, tokenizer, template, files);

    public ModelConfig Config => Decoder.Config;

    public Decoder Decoder { get; }

    /// <summary>How an embedding is made of hidden states; scores always come from the last token.</summary>
    public Pooling Pooling { get; }

    public Tokenizer Tokenizer { get; }

    public ChatTemplate Template { get; }

    /// <summary>Loads a folder whose <c>config.json</c> names a class with such a head.</summary>
    /// <exception cref="SwiftException">BadInput: the model is missing, damaged, incomplete, not supported, or a language model (<c>no_sequence_head</c>).</exception>
    public static SequenceModel Load(string folder, Device device, ScalarType type = ScalarType.Float32)
    {
        var config = ModelConfigFile.Load(folder);
        if (config.Head == HeadKind.CausalLanguageModel)
            throw SwiftException.BadInput("no_sequence_head", $"{folder} is a language model: its config.json names a {config.Family.Architecture}. Give it a head first.");
        return Load(folder, config, seed: null, device, type);
    }

    /// <summary>Starts from a language model: its last product is replaced by random scores of labels. One label makes a reward model.</summary>
    /// <param name="seed">Of the new weights, which are normally distributed with the model's <c>initializer_range</c>.</param>
    public static SequenceModel WithScores(string folder, IReadOnlyList<string> labels, long seed, Device device, ScalarType type = ScalarType.Float32)
    {
        if (labels.Count == 0)
            throw SwiftException.BadInput("labels_missing", "A head needs at least one label; a reward model has one.");
        return Load(folder, ModelConfigFile.Load(folder) with { Head = HeadKind.SequenceClassification, Labels = labels }, seed, device, type);
    }

    /// <summary>Takes a language model, or an embedding model that calls itself one (Qwen3-Embedding does), for its hidden states.</summary>
    public static SequenceModel ForEmbeddings(string folder, Device device, ScalarType type = ScalarType.Float32) =>
        Load(folder, ModelConfigFile.Load(folder) with { Head = HeadKind.Embedding, Labels = [] }, seed: null, device, type);

    /// <summary>Scores of labels or embeddings, [batch, labels] or [batch, hidden].</summary>
    /// <param name="ids">[batch, seq], int64; each row is a text from its first position on, padded on the right with any id.</param>
    /// <param name="lengths">[batch], int64: tokens of each text, at least 1.</param>
    public Tensor Forward(Tensor ids, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        using var attention = new CausalAttention(ids.shape[1]);
        var positions = arange(ids.shape[1], ScalarType.Int64, ids.device).unsqueeze(0).expand(ids.shape[0], -1);
        var hidden = Decoder.Hidden(ids, positions, attention);
        var result = Decoder.Score is { } score
            ? score.Scores(Pooling.LastToken(hidden, lengths))
            : Pooling.Apply(hidden, lengths);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The same for texts, without recording gradients.</summary>
    /// <returns>A vector a text.</returns>
    public float[][] Evaluate(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
            return [];
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var ids = texts.Select(Tokenizer.EncodeWithSpecialTokens).ToList();
        if (ids.FindIndex(text => text.Length == 0) is var empty and >= 0)
            throw SwiftException.BadInput("text_empty", $"Text {empty} has no tokens.");
        var longest = ids.Max(text => text.Length);
        var padded = new long[ids.Count * longest];
        Array.Fill(padded, Tokenizer.PadTokenId);
        foreach (var (row, text) in ids.Index())
            for (var i = 0; i < text.Length; i++)
                padded[row * longest + i] = text[i];
        var result = Forward(tensor(padded, [ids.Count, longest], device: Decoder.Device), tensor(ids.Select(text => (long)text.Length).ToArray(), device: Decoder.Device));
        var values = result.to_type(ScalarType.Float32).cpu().data<float>().ToArray();
        return [.. values.Chunk(values.Length / ids.Count)];
    }

    /// <summary>Writes a Hugging Face folder that transformers, for embeddings sentence-transformers, and <see cref="Load(string, Device, ScalarType)"/> read.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        SafetensorsModel.Save(Decoder, folder);
        // The classes of transformers find a text's last token by looking for the padding.
        ModelConfigFile.Save(Config with { PadTokenId = Config.PadTokenId ?? Tokenizer.PadTokenId }, folder, Decoder.Type);
        _files.Tokenizer.Write(folder, Tokenizer);
        if (Config.Head == HeadKind.Embedding)
            SentenceEmbeddingFiles.Write(folder, Pooling, Config.HiddenSize);
    }

    public void Dispose() => Decoder.Dispose();

    /// <param name="seed">Of a head that the folder may lack; null = the folder must have all.</param>
    private static SequenceModel Load(string folder, ModelConfig config, long? seed, Device device, ScalarType type)
    {
        TorchLibrary.Load();
        var tokenizer = TokenizerFile.Load(folder);
        ModelFolder.RequireFit(tokenizer, config, folder);
        var (template, files, pooling) = (ChatTemplate.Load(folder), ModelFiles.Read(folder, config), SentenceEmbeddingFiles.Read(folder));
        var decoder = new Decoder(config, device, type);
        try
        {
            if (seed is { } given)
                DecoderInitialization.Initialize(decoder, given);
            SafetensorsModel.Load(decoder, folder, lacksHead: seed is not null);
            return new SequenceModel(decoder, pooling, tokenizer, template, files);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }
}
