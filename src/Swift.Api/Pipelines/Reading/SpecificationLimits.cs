namespace Swift.Api.Pipelines.Reading;

/// <summary>How large a specification may be; far above any that a person or a generator writes.</summary>
internal static class SpecificationLimits
{
    public const int Characters = 1 << 20;
    public const int Depth = 32;
    /// <summary>Values in the document, with those that YAML aliases repeat.</summary>
    public const int Nodes = 50_000;
}
