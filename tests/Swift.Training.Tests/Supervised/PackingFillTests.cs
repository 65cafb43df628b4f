using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Data.Encodings;
using Swift.Data.Packing;
using Swift.Models.ChatTemplates;
using Swift.Models.Tokenizers;
using Swift.Training.Supervised;

namespace Swift.Training.Tests.Supervised;

public sealed class PackingFillTests : IDisposable
{
    private const int Capacity = 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("data/gsm8k-train.jsonl")]
    [InlineData("data/t0-sft.jsonl")]
    public void Rows_of_real_data_are_packed_to_98_percent(string file)
    {
        var rows = _folder.PathOf("rows.jsonl");
        File.WriteAllLines(rows, File.ReadLines(SharedFiles.Path(file)).Take(2500));
        var tokenizer = BytePairTrainer.Train(File.ReadLines(rows).Take(300), new BytePairTrainerOptions { VocabularySize = 600 }, _folder.PathOf("tokenizer"));
        new DatasetEncoding(tokenizer, ChatTemplate.Load(_folder.PathOf("tokenizer")), new DataSpec { Dataset = [rows] }, Capacity)
            .Write(DatasetFile.Parse(rows), _folder.PathOf("encoded"), CancellationToken.None);
        using var encoded = EncodedDataset.Find(_folder.PathOf("encoded"))!;
        int[] lengths = [.. Enumerable.Range(0, encoded.SamplesOf(encoded.RowCount - 1).End.Value).Select(encoded.LengthOf)];
        lengths.Length.ShouldBeGreaterThan(2000);

        var packed = SamplePacking.BestFitDecreasing(lengths, Capacity);
        (lengths.Sum() / (double)Capacity / packed.Count).ShouldBeGreaterThanOrEqualTo(0.98);
    }
}
