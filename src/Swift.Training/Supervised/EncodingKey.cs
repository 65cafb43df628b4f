using System.Security.Cryptography;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Models;
using Swift.Models.Config;

namespace Swift.Training.Supervised;

/// <summary>
/// Names an encoded data set by everything that its bytes depend on: the data's bytes, the tokenizer and the template, the settings of encoding, and the code
/// that encodes. Sampling, shuffling and packing come after, so runs that differ only in them share one.
/// </summary>
public static class EncodingKey
{
    /// <summary>Keys of the data sets of a segment, in order.</summary>
    /// <exception cref="SwiftException">Bad input: the model's configuration cannot be read.</exception>
    public static IReadOnlyList<string> Of(SupervisedSegment segment)
    {
        var folder = segment.CheckpointFolder ?? segment.ModelFolder;
        var maxLength = segment.Data.MaxLength ?? ModelConfigFile.Load(folder).MaxPositionEmbeddings;
        return [.. segment.Datasets.Select(dataset => Of(dataset, folder, segment.Data, maxLength))];
    }

    /// <param name="modelFolder">Whose tokenizer and chat template encode.</param>
    /// <param name="maxLength">Longest sample in positions.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(DatasetFile dataset, string modelFolder, DataSpec data, int maxLength)
    {
        var parts = new
        {
            Data = dataset.Digest ?? dataset.ComputeDigest(),
            Extension = Path.GetExtension(DatasetName.Parse(dataset.Name).Path),
            Tokenization = ModelFolder.TokenizationDigest(modelFolder),
            Columns = new SortedDictionary<string, string>(data.Columns.ToDictionary(), StringComparer.Ordinal),
            data.System,
            MaxLength = maxLength,
            data.TruncationStrategy,
            data.LossScale,
            LossScaleRules = data.LossScaleRules is { } rules ? new SortedDictionary<string, IReadOnlyList<double>>(rules.ToDictionary(), StringComparer.Ordinal) : null,
            // The same sources compile to the same module version: code that may encode otherwise never meets an old encoding.
            Code = new[] { typeof(EncodingKey), typeof(DatasetFile), typeof(ModelFolder) }.Select(type => type.Module.ModuleVersionId),
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, SwiftJson.Options)));
    }
}
