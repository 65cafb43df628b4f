using Swift.Contracts.Artifacts;
using Swift.Contracts.Registry;

namespace Swift.Contracts.Rest;

/// <summary>Body of <c>POST /v1/models</c>.</summary>
/// <param name="Stage">Name of the stage that made the model. Default: the last one that made one.</param>
public sealed record RegisterModel(string Name, Guid ExperimentId, string? Stage = null, string? Description = null);

/// <summary>Body of <c>POST /v1/models/{name}/aliases/{alias}:move</c>; a rollback is a move to an earlier version.</summary>
/// <param name="Reason">Why; it becomes part of the history.</param>
/// <param name="ExpectedVersion">Refuses the move when the alias means another version by then.</param>
public sealed record MoveAlias(int Version, string Reason, int? ExpectedVersion = null);

/// <summary>A version of a model; it never changes.</summary>
/// <param name="Aliases">Those that mean this version now.</param>
public sealed record ModelVersionView(
    string Name, int Version, ArtifactReference Model, ModelSource Source, string? Description, DateTimeOffset RegisteredAt, string RegisteredBy,
    IReadOnlyList<string> Aliases);

/// <summary>A registered model with all its versions.</summary>
/// <param name="Aliases">Name → version that it means now.</param>
public sealed record ModelView(string Name, IReadOnlyDictionary<string, int> Aliases, IReadOnlyList<ModelVersionView> Versions);

/// <summary>One line of the list of models.</summary>
public sealed record ModelSummary(string Name, int NewestVersion, IReadOnlyDictionary<string, int> Aliases, DateTimeOffset UpdatedAt);

/// <summary>What an alias means at a moment, since when, by whom and why.</summary>
public sealed record AliasView(string Name, string Alias, ModelVersionView Version, DateTimeOffset Since, string Actor, string Reason, AliasEvidence Evidence);

/// <summary>A move of an alias, or a promotion that was refused.</summary>
/// <param name="Moved">False: a gate did not hold and the alias stayed at <paramref name="FromVersion"/>.</param>
public sealed record AliasDecision(
    DateTimeOffset At, string Actor, bool Moved, int? FromVersion, int Version, string Reason, AliasEvidence Evidence);
