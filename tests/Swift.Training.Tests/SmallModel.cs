using System.Security.Cryptography;
using Swift.Contracts.Pipelines;
using Swift.Data.Arithmetic;
using Swift.Models;
using Swift.Models.Tokenizers;

namespace Swift.Training.Tests;

/// <summary>A model of a few thousand weights with a tokenizer of its own, and data to train it on.</summary>
internal static class SmallModel
{
    /// <summary>Writes <c>model</c>, <c>train.jsonl</c> and <c>test.jsonl</c>.</summary>
    public static (string Model, string Train) Write(TemporaryFolder folder, int rows = 40)
    {
        var train = folder.PathOf("train.jsonl");
        ArithmeticProblems.Write(train, folder.PathOf("test.jsonl"), new ArithmeticOptions { Train = rows, Test = 4 });
        BytePairTrainer.Train(File.ReadLines(train), new BytePairTrainerOptions { VocabularySize = 300 }, folder.PathOf("tokenizer"));
        var shape = new ModelConfigSpec { HiddenSize = 32, NumHiddenLayers = 2, NumAttentionHeads = 2, MaxPositionEmbeddings = 256 };
        ModelFolder.Initialize(shape, folder.PathOf("tokenizer"), 1, folder.PathOf("model"));
        return (folder.PathOf("model"), train);
    }

    /// <summary>Hash over the names and bytes of every file below a folder.</summary>
    public static string HashOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
