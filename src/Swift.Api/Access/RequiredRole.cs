using Swift.Contracts.Access;

namespace Swift.Api.Access;

/// <summary>The role that an endpoint asks for. An endpoint without one is refused to everybody: see docs/access.md.</summary>
/// <param name="Role">The least role; <see cref="Roles.Include"/> says which others include it.</param>
public sealed record RequiredRole(Role Role)
{
    public override string ToString() => $"requires the role {Roles.Write(Role)}";
}

/// <summary>Says on endpoints and groups who may call them. The declaration nearest to the endpoint counts.</summary>
public static class RequiredRoleExtensions
{
    /// <summary>One role for whatever is done here.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, Role role)
        where TBuilder : IEndpointConventionBuilder => builder.RequireRole(role, role);

    /// <summary>One role for reading (GET, HEAD), another for everything else.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, Role read, Role change)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods;
            var reads = methods is { Count: > 0 } && methods.All(method => HttpMethods.IsGet(method) || HttpMethods.IsHead(method));
            endpoint.Metadata.Add(new RequiredRole(reads ? read : change));
        });
        return builder;
    }
}
