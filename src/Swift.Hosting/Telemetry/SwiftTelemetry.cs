using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Swift.Hosting.Telemetry;

/// <summary>
/// OpenTelemetry for a process: traces across API, bus and workers, metrics, logs. Collected always, sent only when
/// an endpoint is given. No setting here changes a result.
/// </summary>
public static class SwiftTelemetry
{
    /// <summary>The standard variable that turns the export on; the exporter reads its siblings (headers, protocol) itself.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] TraceSources = ["Swift.*", "MassTransit", "Npgsql", "Marten"];
    private static readonly string[] Meters = ["Swift.*", "MassTransit", "Npgsql", "Marten*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <param name="serviceName">As Jaeger lists it: <c>swift-api</c>, <c>swift-worker-train</c>, <c>swift</c> for all in one.</param>
    /// <param name="endpoint">Of an OTLP collector; null = what <see cref="EndpointVariable"/> says; neither = nothing is sent.</param>
    public static IServiceCollection AddSwiftTelemetry(this IServiceCollection services, string serviceName = "swift", Uri? endpoint = null)
    {
        endpoint ??= Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } address ? new Uri(address) : null;
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName, serviceVersion: SwiftVersion.Current, autoGenerateServiceInstanceId: true))
            .WithTracing(traces => traces.AddSource(TraceSources).AddAspNetCoreInstrumentation(web => web.Filter = IsWorthATrace).AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(Meters).AddRuntimeInstrumentation());
        if (endpoint is null) return services;
        telemetry.UseOtlpExporter(OpenTelemetry.Exporter.OtlpExportProtocol.Grpc, endpoint);
        return services.AddLogging(logging => logging.AddOpenTelemetry(logs => logs.IncludeFormattedMessage = true));
    }

    /// <summary>Probes come every few seconds for ever, and tell nothing.</summary>
    private static bool IsWorthATrace(Microsoft.AspNetCore.Http.HttpContext context) => !context.Request.Path.StartsWithSegments("/health");
}
