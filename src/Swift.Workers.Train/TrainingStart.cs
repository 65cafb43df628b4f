using Swift.Contracts.Artifacts;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Train;

internal static class TrainingStart
{
    /// <summary>Brings what a segment starts from: the checkpoint, which holds the weights too, or else the model.</summary>
    /// <returns>The model's folder exists only where there is no checkpoint.</returns>
    public static async Task<(string Model, string? Checkpoint)> MaterializeStartAsync(
        this IArtifactStore store, ArtifactReference model, ArtifactReference? checkpoint, ScratchFolder scratch, CancellationToken ct)
    {
        if (checkpoint is null) return (await store.MaterializeAsync(model, scratch["model"], ct), null);
        return (scratch["model"], await store.MaterializeAsync(checkpoint, scratch["checkpoint"], ct));
    }
}
