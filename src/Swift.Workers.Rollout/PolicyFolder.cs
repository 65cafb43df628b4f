using Swift.Contracts.Artifacts;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Rollout;

/// <summary>The files of the policy that this worker answers for: brought once per version, however many shards it completes.</summary>
internal sealed class PolicyFolder(IArtifactStore store, ScratchFolders scratch) : IDisposable
{
    private const string Name = "policy";
    private (string Digest, ScratchFolder Folder)? _held;

    /// <summary>The local folder of a policy; valid until another is asked for. One segment at a time asks.</summary>
    public async Task<string> BringAsync(ArtifactReference policy, CancellationToken ct)
    {
        if (_held is { } held && held.Digest == policy.Digest) return held.Folder[Name];
        Dispose();
        var folder = scratch.Take();
        try
        {
            await store.MaterializeAsync(policy, folder[Name], ct);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
        _held = (policy.Digest, folder);
        return folder[Name];
    }

    public void Dispose()
    {
        _held?.Folder.Dispose();
        _held = null;
    }
}
