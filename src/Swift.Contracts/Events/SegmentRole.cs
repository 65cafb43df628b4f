using System.Text.Json.Serialization;

namespace Swift.Contracts.Events;

/// <summary>What a segment asks for; each role is one command.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SegmentRole>))]
public enum SegmentRole
{
    Prepare,
    Train,
    Rollout,
    Update,
    Evaluate,
    Export,
    Deploy,
}
