namespace Swift.Api.EventStore;

/// <summary>Who a request comes from, as its events record it.</summary>
internal static class RequestActor
{
    /// <summary>The authenticated name; <c>local</c> where the server listens on loopback only and asks for no name.</summary>
    internal static string Actor(this HttpContext http) => http.User.Identity?.Name ?? "local";
}
