using Swift.Api.Audit.Log;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Verification;

/// <summary>What a verification found, as far as anybody wants to read.</summary>
internal sealed class Findings
{
    private const int Most = 100;
    private readonly List<AuditFinding> _found = [];

    /// <summary>As they were found: first what is wrong with events, by their places; then with the tree, the heads, the anchors, the streams.</summary>
    public IReadOnlyList<AuditFinding> All => _found;

    public bool None => _found.Count == 0;

    public void Add(string code, string message, long? leaf = null) => Add(new AuditFinding(code, message, leaf));

    public void Add(string code, string message, EventPlace place, long? leaf = null) =>
        Add(new AuditFinding(code, message, leaf, place.Sequence, place.Id, place.Stream, place.Version));

    public void Add(AuditFinding finding)
    {
        if (_found.Count < Most) _found.Add(finding);
    }
}
