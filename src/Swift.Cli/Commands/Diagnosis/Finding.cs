using System.Text.Json.Serialization;
using Swift.Contracts;

namespace Swift.Cli.Commands.Diagnosis;

[JsonConverter(typeof(SnakeCaseEnumConverter<Verdict>))]
internal enum Verdict
{
    Fine,
    /// <summary>Works, with a limit worth knowing.</summary>
    Note,
    /// <summary>Something a user needs does not work.</summary>
    Missing,
}

/// <summary>What one check of the machine found.</summary>
/// <param name="Fix">What to do about it; null when nothing.</param>
internal sealed record Finding(Verdict Verdict, string What, string Found, string? Fix);
