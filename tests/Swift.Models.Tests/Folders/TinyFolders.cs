using Swift.Contracts.Pipelines;
using Swift.Models.Config;
using Swift.Models.Tokenizers;

namespace Swift.Models.Tests.Folders;

/// <summary>Small model folders with a tokenizer trained on the spot.</summary>
internal static class TinyFolders
{
    public static readonly string[] Texts =
    [
        "Anna has 12 apples and buys 7 more. How many apples does she have now?",
        "A train goes 60 miles in one hour. How far does it go in 3 hours?",
        "Tom had 20 marbles, and he gave 5 to his sister.",
        "the quick brown fox jumps over the lazy dog, again and again and again",
    ];

    public static TheoryData<string> ModelTypes => [.. DecoderFamilies.ModelTypes];

    public static string Tokenizer(TemporaryFolder folder)
    {
        var path = folder["tokenizer"];
        BytePairTrainer.Train(Texts, new BytePairTrainerOptions { VocabularySize = 300 }, path);
        return path;
    }

    public static ModelConfigSpec Spec(string modelType)
    {
        var family = DecoderFamilies.Find(modelType)!;
        return new ModelConfigSpec
        {
            ModelType = modelType, HiddenSize = 64, NumHiddenLayers = family.FullLayerEvery + 1 ?? 2, NumAttentionHeads = 4, NumKeyValueHeads = 2,
            HeadDim = family.SquareOutputInGguf ? null : 32, MaxPositionEmbeddings = 256,
            // llama.cpp looks GELU up in a table, whose errors are in proportion to the values; they must not hide anything else.
            InitializerRange = family.Activation == Activation.GeluTanh ? 0.1 : 0.3,
            TieWordEmbeddings = modelType == "qwen3" || family.DefaultTieWordEmbeddings, SlidingWindow = family.SlidesInGguf ? 16 : null,
        };
    }

    /// <summary>A model with random weights; returns its folder.</summary>
    public static string Model(TemporaryFolder folder, string modelType = "qwen3", long seed = 1)
    {
        var path = folder[$"{modelType}-{seed}"];
        ModelFolder.Initialize(Spec(modelType), Tokenizer(folder), seed, path);
        return path;
    }
}
