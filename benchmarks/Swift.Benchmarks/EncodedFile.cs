using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Encodings;
using Swift.Models.ChatTemplates;
using Swift.Models.Tokenizers;
using Swift.Training.Supervised;

namespace Swift.Benchmarks;

/// <summary>A data set encoded in ChatML with a tokenizer trained on its beginning.</summary>
internal sealed class EncodedFile : IDisposable
{
    private readonly DirectoryInfo _folder;

    private EncodedFile(DirectoryInfo folder, EncodedDataset samples) => (_folder, Samples) = (folder, samples);

    public EncodedDataset Samples { get; }

    /// <summary>Of all samples, in tokens.</summary>
    public int[] Lengths => [.. Enumerable.Range(0, Samples.SamplesOf(Samples.RowCount - 1).End.Value).Select(Samples.LengthOf)];

    public static EncodedFile Make(string path, int maxLength, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("swift-benchmark-");
        var tokenizerFolder = Path.Combine(folder.FullName, "tokenizer");
        var tokenizer = BytePairTrainer.Train(File.ReadLines(path).Take(1000), new BytePairTrainerOptions { VocabularySize = 4096 }, tokenizerFolder, ct);
        var encoded = Path.Combine(folder.FullName, "encoded");
        new DatasetEncoding(tokenizer, ChatTemplate.Load(tokenizerFolder), new DataSpec { Dataset = [path] }, maxLength).Write(DatasetFile.Parse(path), encoded, ct);
        return new EncodedFile(folder, EncodedDataset.Find(encoded)!);
    }

    public void Dispose()
    {
        Samples.Dispose();
        _folder.Delete(recursive: true);
    }
}
