using Swift.Inference.Engine;
using Swift.Inference.Sampling;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Native;
using Swift.Models.Tokenizers;
using static TorchSharp.torch;

namespace Swift.Inference.Tests;

/// <summary>A qwen3 decoder with random weights, wide enough apart that its choices differ, and a tokenizer trained on the spot.</summary>
public sealed class SmallModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("swift-inference-").FullName;

    public SmallModel()
    {
        TorchLibrary.Load();
        Tokenizer = BytePairTrainer.Train(
            ["What is two plus two? The answer is four. Größe, naïve, 数字.", "The cat sat on the mat, and the dog on the log."],
            new BytePairTrainerOptions { VocabularySize = 300 }, _folder);
        Decoder = new Decoder(
            new ModelConfig
            {
                ModelType = "qwen3",
                VocabSize = 320,
                HiddenSize = 32,
                IntermediateSize = 64,
                NumHiddenLayers = 2,
                NumAttentionHeads = 4,
                NumKeyValueHeads = 2,
                HeadDim = 8,
                MaxPositionEmbeddings = 256,
                TieWordEmbeddings = true,
                InitializerRange = 0.4,
            },
            CPU);
        DecoderInitialization.Initialize(Decoder, 5);
    }

    public Tokenizer Tokenizer { get; }

    public Decoder Decoder { get; }

    public GenerationEngine StartEngine(int maxBatchSize = 16, int maxBatchedTokens = 4096) =>
        new(Decoder, Tokenizer, new EngineOptions { MaxBatchSize = maxBatchSize, MaxBatchedTokens = maxBatchedTokens });

    public GenerationRequest Request(string prompt, SamplingParameters sampling, ulong key = 0) =>
        new() { PromptTokens = Tokenizer.Encode(prompt), Sampling = sampling, Key = key };

    /// <summary>Logits of a whole sequence by one forward pass without a cache, [seq][vocab].</summary>
    public float[][] FullForward(IReadOnlyList<int> tokens)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var attention = new CausalAttention(tokens.Count);
        var ids = tensor(tokens.Select(t => (long)t).ToArray(), 1, tokens.Count);
        var logits = Decoder.Forward(ids, arange(tokens.Count, ScalarType.Int64).unsqueeze(0), attention).squeeze(0);
        return [.. Enumerable.Range(0, tokens.Count).Select(i => logits[i].data<float>().ToArray())];
    }

    public static double[] LogSoftmax(float[] logits, double temperature = 1)
    {
        var scaled = logits.Select(l => l / temperature).ToArray();
        var max = scaled.Max();
        var sum = Math.Log(scaled.Sum(l => Math.Exp(l - max))) + max;
        return [.. scaled.Select(l => l - sum)];
    }

    public void Dispose()
    {
        Decoder.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
