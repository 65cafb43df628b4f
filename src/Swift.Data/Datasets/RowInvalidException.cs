namespace Swift.Data.Datasets;

/// <summary>A row cannot be used. Caught by the reader, which counts it.</summary>
/// <param name="reason">snake_case, see <see cref="Swift.Contracts.Experiments.DroppedRows"/>.</param>
internal sealed class RowInvalidException(string reason) : Exception(reason)
{
    public string Reason { get; } = reason;
}
