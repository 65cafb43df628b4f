using Swift.Contracts.Pipelines;
using Swift.Data.Arithmetic;
using Swift.Models;
using Swift.Models.Native;
using Swift.Models.Tokenizers;
using static TorchSharp.torch;

namespace Swift.Inference.Tests;

/// <summary>A folder with data sets of word problems, and a qwen3 model of random weights in <see cref="ModelPath"/> whose tokenizer was trained on them.</summary>
public sealed class SmallModelFolder : IDisposable
{
    public SmallModelFolder()
    {
        TorchLibrary.Load();
        ArithmeticProblems.Write(TrainFile, TestFile, new ArithmeticOptions { Train = 60, Test = 12 });
        BytePairTrainer.Train(File.ReadLines(TrainFile), new BytePairTrainerOptions { VocabularySize = 400 }, this["tokenizer"]);
        ModelFolder.Initialize(
            new ModelConfigSpec
            {
                HiddenSize = 32,
                NumHiddenLayers = 2,
                NumAttentionHeads = 4,
                NumKeyValueHeads = 2,
                MaxPositionEmbeddings = 256,
                InitializerRange = 0.2,
            },
            this["tokenizer"], 3, ModelPath);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("swift-inference-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string ModelPath => this["model"];

    public string TrainFile => this["train.jsonl"];

    public string TestFile => this["test.jsonl"];

    public CausalLanguageModel Load() => CausalLanguageModel.Load(ModelPath, CPU);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
