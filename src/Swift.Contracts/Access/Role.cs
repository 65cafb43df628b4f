using System.Text.Json.Serialization;

namespace Swift.Contracts.Access;

/// <summary>What somebody may do. The rights of a caller with several roles add up.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Role>))]
public enum Role
{
    /// <summary>Reads everything that is not about access: experiments, pipelines, artifacts, models.</summary>
    Viewer,
    /// <summary>A viewer who also submits, leads, registers and promotes.</summary>
    Operator,
    /// <summary>May do everything, and alone hands out keys and webhooks.</summary>
    Admin,
    /// <summary>A viewer who also reads proofs and who may do what; changes nothing.</summary>
    Auditor,
}
