namespace Swift.Contracts.Registry;

/// <summary>An alias that a deployment follows.</summary>
public sealed record FollowedAlias(string ModelName, string Alias);

/// <summary>A model behind a worker's endpoint.</summary>
/// <param name="Name">What clients call it.</param>
/// <param name="Model">Digest of what answers now.</param>
/// <param name="Follows">Null: it stays this model.</param>
public sealed record ServedModelView(string Name, string Model, FollowedAlias? Follows);
