using JasperFx;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Registry;
using Swift.Contracts.Rest;

namespace Swift.Api.Registry.Aggregate;

/// <summary>What the stream of a model amounts to: its versions, and everything that was decided about its aliases.</summary>
public sealed record RegisteredModel : IRevisioned
{
    public required Guid Id { get; init; }
    /// <summary>Version of the stream, not of the model.</summary>
    public int Version { get; set; }
    public required string Name { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    public IReadOnlyList<ModelVersion> Versions { get; init; } = [];
    /// <summary>Oldest first.</summary>
    public IReadOnlyList<AliasChange> Changes { get; init; } = [];

    /// <summary>The move that an alias stands on; null when it was never set.</summary>
    public AliasChange? Standing(string alias) => Changes.LastOrDefault(change => change.Alias == alias && change.Decision.Moved);

    /// <summary>The version that an alias means now.</summary>
    public ModelVersion? Behind(string alias) => Standing(alias) is { } standing ? Versions[standing.Decision.Version - 1] : null;

    /// <summary>Every alias and the version that it means now.</summary>
    public IReadOnlyDictionary<string, int> Aliases() => new SortedDictionary<string, int>(
        Changes.Where(change => change.Decision.Moved).GroupBy(change => change.Alias).ToDictionary(moves => moves.Key, moves => moves.Last().Decision.Version),
        StringComparer.Ordinal);
}

/// <param name="Number">1-based; <see cref="RegisteredModel.Versions"/> holds them in order.</param>
public sealed record ModelVersion(
    int Number, ArtifactReference Model, ModelSource Source, string? Description, DateTimeOffset RegisteredAt, string RegisteredBy);

public sealed record AliasChange(string Alias, AliasDecision Decision);
