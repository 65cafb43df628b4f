namespace Swift.Contracts.Events;

/// <summary>Somebody wants to be told. The first event of its stream; the secret that messages are signed with is no part of history.</summary>
/// <param name="Events">What it is told, such as <c>experiment.succeeded</c>.</param>
public sealed record WebhookCreated(Uri Url, IReadOnlyList<string> Events, string? Description);

/// <summary>It is told nothing more.</summary>
public sealed record WebhookDeleted;
