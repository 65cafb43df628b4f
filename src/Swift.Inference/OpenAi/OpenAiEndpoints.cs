using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Swift.Contracts.Experiments;

namespace Swift.Inference.OpenAi;

/// <summary>OpenAI-compatible endpoints: chat completions, completions, models.</summary>
public static class OpenAiEndpoints
{
    /// <summary>Maps the endpoints below <paramref name="prefix"/>. A client that goes away ends its requests.</summary>
    /// <param name="models">What is served; the host may change it at any time, and owns it.</param>
    public static IEndpointConventionBuilder MapOpenAi(this IEndpointRouteBuilder endpoints, ServedModels models, string prefix = "/v1")
    {
        var time = endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var chat = new ChatCompletions(models, time);
        var completions = new Completions(models, time);
        var group = endpoints.MapGroup(prefix);
        group.MapPost("/chat/completions", context => RunAsync(context, chat.HandleAsync));
        group.MapPost("/completions", context => RunAsync(context, completions.HandleAsync));
        group.MapGet("/models", () => TypedResults.Json(new ModelList([.. models.List().Select(Entry)]), OpenAiJson.Options));
        group.MapGet("/models/{**name}", context => RunAsync(context, c => WriteModelAsync(c, models)));
        return group;
    }

    private static ModelEntry Entry(ServedModel served) =>
        new(served.Name, served.Created.ToUnixTimeSeconds(), served.Engine.MaxSequenceLength);

    private static async Task WriteModelAsync(HttpContext context, ServedModels models)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        using var lease = models.Find(name) ?? throw OpenAiException.UnknownModel(name, models.List().Select(m => m.Name));
        await context.Response.WriteAsJsonAsync(Entry(lease.Served), OpenAiJson.Options, context.RequestAborted);
    }

    private static async Task RunAsync(HttpContext context, Func<HttpContext, Task> handle)
    {
        OpenAiException error;
        try
        {
            await handle(context);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // the client went away
        }
        catch (OpenAiException exception)
        {
            error = exception;
        }
        catch (SwiftException exception) when (exception.Reason.Kind == FailureKind.BadInput)
        {
            error = new OpenAiException(400, "invalid_request_error", exception.Message, null, exception.Reason.Code);
        }
#pragma warning disable CA1031 // the last line of defence: a client gets an answer whatever went wrong, and the log the reason
        catch (Exception exception)
#pragma warning restore CA1031
        {
            context.RequestServices.GetService<ILoggerFactory>()?.CreateLogger(typeof(OpenAiEndpoints))
                .LogError(exception, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            error = new OpenAiException(500, "server_error", "The server had an error while answering this request.", null, "internal_error");
        }

        if (context.Response.HasStarted)
        {
            var events = new ServerSentEvents(context.Response);
            await events.WriteAsync(error.Body, context.RequestAborted);
            await events.FinishAsync(context.RequestAborted);
            return;
        }
        context.Response.StatusCode = error.Status;
        await context.Response.WriteAsJsonAsync(error.Body, OpenAiJson.Options, context.RequestAborted);
    }
}
