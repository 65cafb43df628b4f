using Swift.Contracts.Artifacts;
using Swift.Contracts.Registry;

namespace Swift.Contracts.Events;

/// <summary>What happened to one registered model: its versions, and which of them its aliases mean. Who and when are the event's own metadata.</summary>
public interface IModelEvent;

/// <summary>A version never changes.</summary>
/// <param name="Version">1, 2, … without gaps.</param>
public sealed record ModelVersionAdded(string Name, int Version, ArtifactReference Model, ModelSource Source, string? Description) : IModelEvent;

/// <summary>The alias means another version from here on.</summary>
/// <param name="FromVersion">Null the first time.</param>
public sealed record ModelAliasMoved(string Alias, int? FromVersion, int Version, string Reason, AliasEvidence Evidence) : IModelEvent;

/// <summary>A register stage wanted to move the alias, and a gate did not hold.</summary>
public sealed record ModelPromotionRefused(string Alias, int? CurrentVersion, int Version, string Reason, AliasEvidence Evidence) : IModelEvent;
