using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Hosting.Artifacts;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>Takes the files that a pipeline names into the artifact store: from then on the experiment reads those bytes, whatever happens to the files.</summary>
internal static class Ingestion
{
    /// <exception cref="SpecificationException">A file cannot be taken in.</exception>
    public static async Task<IReadOnlyDictionary<string, ArtifactReference>> TakeInAsync(
        IArtifactStore store, ModelSpec model, IReadOnlyCollection<CheckedDataset> datasets, CancellationToken ct)
    {
        var inputs = new SortedDictionary<string, ArtifactReference>(StringComparer.Ordinal);
        if (model.Path is { } folder)
            inputs[folder] = await FolderAsync(store, folder, "model.path", ModelFolderFacts.IsModelFile, ct);
        if (model.Tokenizer is { } tokenizer && !inputs.ContainsKey(tokenizer))
            inputs[tokenizer] = Directory.Exists(tokenizer)
                ? await FolderAsync(store, tokenizer, "model.tokenizer", TokenizerFacts.IsTokenizerFile, ct)
                : await FileAsync(store, tokenizer, "model.tokenizer", ct);
        foreach (var dataset in datasets)
            if (!inputs.ContainsKey(dataset.Path))
                inputs[dataset.Path] = Directory.Exists(dataset.Path)
                    ? await FolderAsync(store, dataset.Path, dataset.Field, DatasetFile.HoldsRows, ct)
                    : await FileAsync(store, dataset.Path, dataset.Field, ct);
        return inputs;
    }

    private static async Task<ArtifactReference> FileAsync(IArtifactStore store, string path, string field, CancellationToken ct)
    {
        try
        {
            return (await store.PutFileAsync(path, ct)).As(ArtifactKind.File);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw Refused(field, $"{path} was there a moment ago and cannot be read any more.");
        }
    }

    private static async Task<ArtifactReference> FolderAsync(IArtifactStore store, string path, string field, Func<string, bool> include, CancellationToken ct)
    {
        try
        {
            return (await store.PutFolderAsync(path, include, ct)).As(ArtifactKind.Folder);
        }
        catch (SwiftException unfit) when (unfit.Reason.Kind == FailureKind.BadInput)
        {
            throw Refused(field, unfit.Reason.Message);
        }
    }

    private static SpecificationException Refused(string field, string message) => new([new SpecificationError(field, message)]);
}
