using System.Text.Json;
using Swift.Contracts;

namespace Swift.Api.Health;

/// <summary>The answer of <c>/health/ready</c>: each check with its word, so that "not ready" says what is missing.</summary>
internal static class HealthReport
{
    internal static Task Write(HttpContext context, Microsoft.Extensions.Diagnostics.HealthChecks.HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var body = new
        {
            Status = report.Status.ToString(),
            Checks = report.Entries.ToDictionary(
                entry => entry.Key, entry => new { Status = entry.Value.Status.ToString(), entry.Value.Description }),
        };
        return context.Response.WriteAsync(JsonSerializer.Serialize(body, SwiftJson.Options), context.RequestAborted);
    }
}
