using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Swift.Contracts;
using Swift.Hosting.Workers;

namespace Swift.Workers.Rollout.Serving;

/// <summary>
/// What is served, a file each in the data folder, so that the worker that starts there next serves it again. Who serves it holds its
/// lock, which the kernel takes from the dead: of two workers in one folder, one takes it up. People edit and copy such files, and disks
/// fail: one that cannot be used is left alone, with a warning, and stops nothing else.
/// </summary>
internal sealed class KeptDeployments(WorkerSettings settings, ILogger<KeptDeployments> log) : IDisposable
{
    private const string Extension = ".json";

    /// <summary>What a file lacks is an error here, not a deployment without a model.</summary>
    private static readonly JsonSerializerOptions Complete = new(SwiftJson.Options) { RespectRequiredConstructorParameters = true };

    private readonly Dictionary<string, FileStream> _locks = [];

    /// <summary>Writes down what is served; nothing where the host gave no folder, or another worker holds the name.</summary>
    internal void Keep(Deployment deployment, int port)
    {
        if (settings.DeploymentFolder is not { } folder) return;
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deployment.Name)))[..16] + Extension);
        if (!TryLock(file)) return;
        var written = file + ".new";
        using (var stream = File.Create(written))
        {
            JsonSerializer.Serialize(stream, new KeptDeployment(deployment, port), SwiftJson.Options);
            // Or a power cut leaves the name with nothing behind it.
            stream.Flush(flushToDisk: true);
        }
        File.Move(written, file, overwrite: true);
    }

    /// <summary>What nobody serves any more, and what of it can be read; this worker's from now on.</summary>
    internal IReadOnlyList<KeptDeployment> Claim() => [.. Files().Where(TryLock).Select(TryRead).OfType<KeptDeployment>()];

    public void Dispose()
    {
        foreach (var held in _locks.Values) held.Dispose();
        _locks.Clear();
    }

    private IReadOnlyList<string> Files()
    {
        if (settings.DeploymentFolder is not { } folder || !Directory.Exists(folder)) return [];
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("{Folder} cannot be read ({Reason}), so nothing is served that was served here before: make it readable and start again.", folder, failure.Message);
            return [];
        }
    }

    private KeptDeployment? TryRead(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<KeptDeployment>(File.ReadAllBytes(file), Complete) ?? throw new JsonException("it holds null");
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            Warn(file, failure);
            // Not served, so not held: whichever worker gets the order to deploy it again writes it anew.
            if (_locks.Remove(file, out var held)) held.Dispose();
            return null;
        }
    }

    private bool TryLock(string file)
    {
        if (_locks.ContainsKey(file)) return true;
        var held = file + ".lock";
        try
        {
            _locks[file] = new FileStream(held, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (UnauthorizedAccessException failure)
        {
            Warn(held, failure);
            return false;
        }
        catch (IOException)
        {
            return false; // another worker serves it
        }
    }

    private void Warn(string file, Exception failure) => log.LogWarning(
        "{File} cannot be used ({Reason}), so its deployment is not served again at a start: delete it and deploy again.", file, failure.Message);
}

/// <param name="Port">Where it was served.</param>
internal sealed record KeptDeployment(Deployment Deployment, int Port);
