using System.Security.Cryptography;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Pipelines;

/// <summary>Names settings by their content: equal settings, equal digest.</summary>
internal static class SettingsDigest
{
    /// <returns><c>sha256:</c> and the hash of the settings as JSON.</returns>
    internal static string Of(PipelineSpec settings) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(settings, SwiftJson.Options)));
}
