namespace Swift.Api.Pipelines.Reading;

/// <summary>What language a specification is written in.</summary>
public enum SpecificationFormat
{
    /// <summary>RFC 8259, without comments.</summary>
    Json,
    /// <summary>YAML 1.2, core schema.</summary>
    Yaml,
}
