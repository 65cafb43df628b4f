using JasperFx.Events.Projections;
using Marten;
using Swift.Api.Registry.Aggregate;
using Swift.Api.Registry.Following;

namespace Swift.Api.Registry;

/// <summary>The services of this folder.</summary>
internal static class SwiftRegistry
{
    internal static IServiceCollection AddSwiftRegistry(this IServiceCollection services)
    {
        services.AddSingleton<RegisteredModels>();
        services.AddSingleton<FollowedAliases>();
        services.ConfigureMarten(options => options.Projections.Add<ModelProjection>(ProjectionLifecycle.Inline));
        return services;
    }
}
