using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Messages;
using Swift.Hosting.Artifacts;

namespace Swift.Hosting.Workers;

/// <summary>What commands name, as local files for the libraries; and what libraries wrote, as artifacts.</summary>
public static class SegmentFiles
{
    private const string TrainingState = "training/";

    /// <summary>Makes a local folder of a folder artifact, or a local file of a file; answers its path.</summary>
    public static async Task<string> MaterializeAsync(this IArtifactStore store, ArtifactReference reference, string path, CancellationToken ct)
    {
        var digest = ArtifactDigest.Parse(reference.Digest);
        if (reference.Kind is ArtifactKind.Folder or ArtifactKind.Model or ArtifactKind.Checkpoint) await store.MaterializeFolderAsync(digest, path, ct);
        else await store.MaterializeFileAsync(digest, path, ct);
        return path;
    }

    /// <summary>Makes local files of data sets, in order, with the file name extensions that they had.</summary>
    public static async Task<IReadOnlyList<string>> MaterializeDatasetsAsync(
        this IArtifactStore store, IReadOnlyList<DatasetReference> datasets, ScratchFolder scratch, CancellationToken ct)
    {
        var paths = new List<string>(datasets.Count);
        foreach (var dataset in datasets)
        {
            var extension = Path.GetExtension(dataset.Path.Split('#')[0]);
            paths.Add(await store.MaterializeAsync(dataset.Artifact, scratch[$"dataset-{paths.Count}{extension}"], ct));
        }
        return paths;
    }

    /// <summary>Stores what is told to people and programs: a report, as indented JSON.</summary>
    public static async Task<ArtifactReference> PutReportAsync<T>(this IArtifactStore store, T report, CancellationToken ct)
    {
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(report, SwiftJson.Indented));
        return (await store.PutAsync(json, ct)).As(ArtifactKind.Report);
    }

    /// <summary>Stores a checkpoint folder whole, and the model in it without the state of its training.</summary>
    public static async Task<(ArtifactReference Checkpoint, ArtifactReference Model)> PutCheckpointAsync(
        this IArtifactStore store, string folder, CancellationToken ct)
    {
        var checkpoint = await store.PutFolderAsync(folder, ct: ct);
        var model = await store.PutFolderAsync(folder, path => !path.StartsWith(TrainingState, StringComparison.Ordinal), ct);
        return (checkpoint.As(ArtifactKind.Checkpoint), model.As(ArtifactKind.Model));
    }
}
