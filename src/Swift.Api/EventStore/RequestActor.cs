using Swift.Api.Access;

namespace Swift.Api.EventStore;

/// <summary>Who a request comes from, as its events record it.</summary>
internal static class RequestActor
{
    /// <summary><c>key/NAME</c> or <c>user/NAME</c>; no request reaches a handler that writes without being authenticated.</summary>
    internal static string Actor(this HttpContext http) => Caller.Of(http.User).Actor;
}
