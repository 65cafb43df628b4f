using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Swift.Api.Errors;

namespace Swift.Api.OpenApi;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, and at <c>/scalar</c> a page to read and try it.</summary>
public static class SwiftOpenApi
{
    public static IServiceCollection AddSwiftOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Swift",
                Version = "v1",
                Description = "Fine-tunes, aligns, evaluates, exports and serves language models, and remembers everything it did.",
            };
            // The address it is asked at, not the one it was built at.
            document.Servers = [new OpenApiServer { Url = "/" }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(DescribeProblems);
    });

    public static WebApplication MapSwiftOpenApi(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        // Everything the page needs comes from the package: no font, script or count leaves for another host.
        app.MapScalarApiReference(page =>
        {
            page.Title = "Swift";
            page.DefaultFonts = false;
            page.Telemetry = false;
            page.Agent = new ScalarAgentOptions { Disabled = true };
            page.Mcp = new ScalarMcpOptions { Disabled = true };
            page.ProxyUrl = null;
        }).AllowAnonymous();
        return app;
    }

    /// <summary>Any operation may be refused; what a refusal looks like is said once for all of them.</summary>
    private static async Task DescribeProblems(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var document = context.Document!;
        document.AddComponent(nameof(Problem), await context.GetOrCreateSchemaAsync(typeof(Problem), null, ct));
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Problem details (RFC 9457).",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.MediaType] = new() { Schema = new OpenApiSchemaReference(nameof(Problem), document) },
            },
        };
    }
}
