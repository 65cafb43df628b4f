namespace Swift.Api.Pipelines;

/// <summary>One thing that is wrong with a specification.</summary>
/// <param name="Path">The field: <c>stages[1].train.learning_rate</c>; <c>$</c> is the whole document.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record SpecificationError(string Path, string Message);

/// <summary>A pipeline was refused at the door; nothing was stored.</summary>
public sealed class SpecificationException(IReadOnlyList<SpecificationError> errors)
    : Exception($"The pipeline has {errors.Count} error(s): {string.Join("; ", errors.Select(error => $"{error.Path}: {error.Message}"))}")
{
    /// <summary>Everything that is wrong, in the order of the document's checks; never empty.</summary>
    public IReadOnlyList<SpecificationError> Errors { get; } = errors;
}
