namespace Swift.Contracts.Rest;

/// <summary>What the audit log was at a moment, signed. docs/audit.md has the bytes that are signed.</summary>
/// <param name="TreeSize">Events sealed.</param>
/// <param name="RootHash">Of the Merkle tree over them (RFC 9162), hexadecimal.</param>
/// <param name="Timestamp">When it was signed: UTC, to the microsecond, spelt as it was signed.</param>
/// <param name="KeyId">SHA-256 of the public key (SubjectPublicKeyInfo, DER), hexadecimal.</param>
/// <param name="Signature">ECDSA on P-256 with SHA-256: r and s, 32 bytes each, base64.</param>
public sealed record TreeHead(long TreeSize, string RootHash, string Timestamp, string KeyId, string Signature);

/// <param name="PublicKey">That the signature is checked with: SubjectPublicKeyInfo, DER, base64. Whom it belongs to, nobody can say here: compare its id with one that you have from elsewhere.</param>
public sealed record PublishedHead(TreeHead Head, string PublicKey);

/// <summary>Proves that an event is in the log.</summary>
/// <param name="LeafIndex">Its place, 0-based.</param>
/// <param name="Leaf">The canonical form of the event; its UTF-8 bytes are what is hashed.</param>
/// <param name="LeafHash">Hexadecimal.</param>
/// <param name="Proof">Audit path, from the leaf to the root, hexadecimal.</param>
public sealed record InclusionProof(Guid EventId, long LeafIndex, string Leaf, string LeafHash, IReadOnlyList<string> Proof, TreeHead Head);

/// <summary>Proves that the log of <paramref name="From"/> events is the beginning of the log of <paramref name="To"/> events.</summary>
public sealed record ConsistencyProof(long From, long To, string FromRoot, string ToRoot, IReadOnlyList<string> Proof);

/// <summary>What a verification of the whole log found.</summary>
/// <param name="Sound">Nothing was found.</param>
/// <param name="Events">Events in the log.</param>
/// <param name="Unsealed">Events that are stored and not in the log yet.</param>
/// <param name="Heads">Signed heads checked.</param>
/// <param name="Anchors">Signed heads outside of the database checked.</param>
/// <param name="Head">The newest.</param>
/// <param name="Findings">First those of events, in the order of the log, then those of the tree, heads, anchors, streams; at most 100.</param>
public sealed record AuditReport(
    bool Sound, long Events, long Unsealed, long Heads, long Anchors, TreeHead? Head, IReadOnlyList<AuditFinding> Findings, double Seconds);

/// <summary>Something that cannot be if nobody changed the history.</summary>
/// <param name="Code">Fixed: <c>event_altered</c>, <c>event_deleted</c>, …; docs/audit.md has them all.</param>
/// <param name="Message">For people, with the place.</param>
/// <param name="LeafIndex">First place in the log that it concerns.</param>
/// <param name="Sequence">Of the event in the store.</param>
public sealed record AuditFinding(
    string Code, string Message, long? LeafIndex = null, long? Sequence = null, Guid? EventId = null, Guid? Stream = null, long? Version = null);
