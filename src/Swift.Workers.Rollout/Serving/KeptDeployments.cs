using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Swift.Contracts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Rollout.Serving;

/// <summary>
/// What is served, a file each in the data folder, so that the worker that starts there next serves it again. Who serves it holds its
/// lock, which the kernel takes from the dead: of two workers in one folder, one takes it up.
/// </summary>
internal sealed class KeptDeployments(WorkerSettings settings) : IDisposable
{
    private const string Extension = ".json";
    private readonly Dictionary<string, FileStream> _locks = [];

    /// <summary>Writes down what is served; nothing where the host gave no folder, or another worker holds the name.</summary>
    internal void Keep(Deployment deployment, int port)
    {
        if (settings.DeploymentFolder is not { } folder) return;
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deployment.Name)))[..16] + Extension);
        if (!TryLock(file)) return;
        var written = file + ".new";
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(new KeptDeployment(deployment, port), SwiftJson.Options));
        File.Move(written, file, overwrite: true);
    }

    /// <summary>What nobody serves any more; this worker's from now on.</summary>
    internal IReadOnlyList<KeptDeployment> Claim() => settings.DeploymentFolder is { } folder && Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal).Where(TryLock).Select(Read)]
        : [];

    public void Dispose()
    {
        foreach (var held in _locks.Values) held.Dispose();
        _locks.Clear();
    }

    private static KeptDeployment Read(string file) => JsonSerializer.Deserialize<KeptDeployment>(File.ReadAllBytes(file), SwiftJson.Options)!;

    private bool TryLock(string file)
    {
        if (_locks.ContainsKey(file)) return true;
        try
        {
            _locks[file] = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            return false; // another worker serves it
        }
    }
}

/// <param name="Port">Where it was served.</param>
internal sealed record KeptDeployment(Deployment Deployment, int Port);
