using System.Text.Json.Serialization;

namespace Swift.Contracts.Experiments;

/// <summary>Whose fault a failure is; it decides whether trying again helps.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<FailureKind>))]
public enum FailureKind
{
    /// <summary>The specification or the data: the same again fails the same way.</summary>
    BadInput,
    /// <summary>Disk, network, memory, a missing artifact: tried again.</summary>
    Infrastructure,
    /// <summary>The worker fell silent: tried again.</summary>
    Lost,
    /// <summary>A defect or anything unforeseen: tried again a few times.</summary>
    Unexpected,
    /// <summary>The numbers broke: a loss or a gradient that is not finite.</summary>
    NotFinite,
}

/// <summary>Why something failed, so that a program can act on it and a person understands it.</summary>
/// <param name="Code">Stable, snake_case: <c>dataset_empty</c>, <c>artifact_missing</c>.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record FailureReason(FailureKind Kind, string Code, string Message);

/// <summary>Thrown by Swift's libraries where they can say whose fault it is.</summary>
public sealed class SwiftException(FailureReason reason, Exception? inner = null) : Exception(reason.Message, inner)
{
    public FailureReason Reason { get; } = reason;

    /// <summary>The data or the settings are wrong.</summary>
    public static SwiftException BadInput(string code, string message, Exception? inner = null) =>
        new(new FailureReason(FailureKind.BadInput, code, message), inner);
}

/// <summary>One value of a metric. Not-a-number and infinities are kept as they are.</summary>
public sealed record MetricPoint(string Name, int Step, double Value);

/// <summary>Rows that a stage did not use, and why.</summary>
/// <param name="Reason">snake_case: <c>too_long</c>, <c>bad_json</c>, <c>no_response</c>.</param>
/// <param name="Lines">Up to 20 line numbers, 1-based; <paramref name="Count"/> is the whole number.</param>
public sealed record DroppedRows(string Dataset, string Reason, int Count, IReadOnlyList<int> Lines);
