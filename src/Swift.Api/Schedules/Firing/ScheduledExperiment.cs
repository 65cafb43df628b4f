using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Swift.Api.EventStore;
using Swift.Api.Experiments.Endpoints;
using Swift.Api.Pipelines;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Decisions;
using Swift.Contracts;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;

namespace Swift.Api.Schedules.Firing;

/// <summary>The experiment of a nominal time: the same whoever fires it, and however often.</summary>
internal static class ScheduledExperiment
{
    internal static Guid IdOf(Guid schedule, DateTimeOffset nominal) =>
        DeterministicId.From("scheduled-experiment", string.Create(CultureInfo.InvariantCulture, $"{schedule:N} {nominal.UtcTicks}"));

    internal static ExperimentSubmitted Of(Schedule schedule, DueFire fire, RegisteredPipeline pipeline, PreparedPipeline prepared) => Submission.Submitted(
        prepared, prepared.Effective.Name, pipeline.Name, pipeline.Version,
        Submission.Digest(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"schedule {schedule.Name} {fire.NominalTime:O}"))));

    /// <summary>SHA-256 of everything that the result depends on: effective settings, and every file by its digest.</summary>
    internal static string InputsOf(PreparedPipeline prepared)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(prepared.Effective, SwiftJson.Options));
        foreach (var (path, artifact) in prepared.Inputs.OrderBy(input => input.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{path}\n{artifact.Digest}"));
        }
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
