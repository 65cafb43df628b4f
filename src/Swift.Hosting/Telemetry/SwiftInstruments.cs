using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Swift.Hosting.Telemetry;

/// <summary>Where this project's traces and metrics come from. Other projects have their own, named <c>Swift.…</c>.</summary>
internal static class SwiftInstruments
{
    public static ActivitySource Traces { get; } = new("Swift.Hosting", SwiftVersion.Current);

    public static Meter Meter { get; } = new("Swift.Hosting", SwiftVersion.Current);
}
