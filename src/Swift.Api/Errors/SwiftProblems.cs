using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Swift.Api.Access;
using Swift.Api.Limits;
using Swift.Contracts;

namespace Swift.Api.Errors;

/// <summary>Every error of the API is problem details (RFC 9457), whatever the client said it accepts.</summary>
public static class SwiftProblems
{
    public static IServiceCollection AddSwiftProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<ProblemHandler>();
        // In Development only, by default; elsewhere a parameter that cannot be read would be answered without a body.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>Comes before everything that can fail.</summary>
    public static WebApplication UseSwiftProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // Ours handles every exception, so this is reached only if writing the answer failed.
            ExceptionHandler = _ => Task.CompletedTask,
            SuppressDiagnosticsCallback = context => context.Exception is OperationCanceledException || ProblemMapping.Of(context.Exception).Status < 500,
        });
        app.UseStatusCodePages(context => Write(context.HttpContext, OfStatus(context.HttpContext)));
        return app;
    }

    private static Problem OfStatus(HttpContext http)
    {
        var request = http.Request;
        return http.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => AccessProblem.Unauthenticated(http),
            StatusCodes.Status403Forbidden => AccessProblem.Forbidden(http),
            StatusCodes.Status404NotFound => Problem.Of(404, "not_found", $"There is nothing at {request.Path}; GET /openapi/v1.json lists the routes."),
            StatusCodes.Status405MethodNotAllowed => Problem.Of(405, "method_not_allowed", $"{request.Method} is not possible at {request.Path}; allowed: {http.Response.Headers.Allow}."),
            StatusCodes.Status413PayloadTooLarge => BodyLimit.Problem(http),
            StatusCodes.Status415UnsupportedMediaType => RequestProblem.UnsupportedMediaType(request),
            var status => Problem.Of(status, "http_" + status, "The request was refused."),
        };
    }

    internal static async Task Write(HttpContext http, Problem problem)
    {
        problem = problem with { Instance = http.Request.Path.Value, TraceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier };
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = Problem.MediaType;
        http.Response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = "5";
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await JsonSerializer.SerializeAsync(http.Response.Body, problem, SwiftJson.Options, http.RequestAborted);
    }

    private sealed class ProblemHandler : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken ct)
        {
            // The client is gone: there is nobody to answer.
            if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested) return true;
            await Write(http, ProblemMapping.Of(exception));
            return true;
        }
    }
}
