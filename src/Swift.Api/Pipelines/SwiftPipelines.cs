using JasperFx.Events.Projections;
using Marten;
using Swift.Api.Pipelines.Inputs;
using Swift.Api.Pipelines.Registry;
using Swift.Contracts.Events;

namespace Swift.Api.Pipelines;

/// <summary>The services of this folder.</summary>
public static class SwiftPipelines
{
    /// <summary>Needs an artifact store and Marten.</summary>
    /// <param name="inputs">From where pipelines may name files; null = from everywhere.</param>
    public static IServiceCollection AddSwiftPipelines(this IServiceCollection services, InputFolders? inputs = null)
    {
        services.AddSingleton(inputs ?? new InputFolders());
        services.AddSingleton<PipelineIntake>();
        services.AddSingleton<RegisteredPipelines>();
        services.ConfigureMarten(options =>
        {
            options.Events.MapEventType<PipelineRegistered>("pipeline_registered.v1");
            options.Projections.Add<PipelineHistoryProjection>(ProjectionLifecycle.Inline);
        });
        return services;
    }
}
