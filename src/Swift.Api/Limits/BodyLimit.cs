using Microsoft.AspNetCore.Http.Features;
using Swift.Api.Errors;

namespace Swift.Api.Limits;

/// <summary>Refuses bodies that are too large: before they are read where their length is announced, else as soon as they have grown so far.</summary>
internal sealed class BodyLimit(RequestDelegate next, LimitSettings settings)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.ContentLength > settings.BodyBytes)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server) server.MaxRequestBodySize = settings.BodyBytes;
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException grown) when (grown.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        }
    }

    internal static Problem Problem(HttpContext http) => Errors.Problem.Of(
        StatusCodes.Status413PayloadTooLarge, "body_too_large",
        $"The body is larger than {http.RequestServices.GetRequiredService<LimitSettings>().BodyBytes} bytes, the most that this server takes.");
}
