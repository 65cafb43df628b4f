using Swift.Contracts.Access;

namespace Swift.Contracts.Events;

/// <summary>An API key was handed out. The first event of its stream; who did it is the event's own metadata.</summary>
/// <param name="Name">Never used twice, because it is what other events call their actor: <c>key/NAME</c>.</param>
/// <param name="Scopes">Areas of the API that it is limited to; empty = all.</param>
/// <param name="SecretHash">SHA-256 of the key, lower-case hexadecimal. The key itself is nowhere: it has 256 random bits, so its hash tells nothing.</param>
/// <param name="ExpiresAt">From then on it is refused; null = never.</param>
public sealed record ApiKeyIssued(
    string Name, IReadOnlyList<Role> Roles, IReadOnlyList<string> Scopes, string SecretHash, DateTimeOffset? ExpiresAt);

/// <summary>An API key is refused from now on.</summary>
public sealed record ApiKeyRevoked(string? Reason);
