using System.Reflection;

namespace Swift.Hosting.Telemetry;

/// <summary>The version of the code, as events and artifacts record it.</summary>
public static class SwiftVersion
{
    /// <summary>The informational version: number and, when built from a checkout, the commit.</summary>
    public static string Current { get; } =
        typeof(SwiftVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
