using Marten;
using Swift.Api.Audit.Heads;
using Swift.Api.Audit.Log;

namespace Swift.Api.Audit;

/// <summary>The log of all events, as the control plane puts it together.</summary>
internal static class SwiftAudit
{
    internal static IServiceCollection AddSwiftAudit(this IServiceCollection services, AuditSettings settings)
    {
        services.AddSingleton(settings);
        services.InitializeMartenWith<AuditSchema>();
        services.InitializeMartenWith<SealingPosition>();
        services.ConfigureMarten(options => options.Events.Subscribe(new SealEvents()));
        services.AddSingleton<HeadSigner>();
        services.AddHostedService(provider => provider.GetRequiredService<HeadSigner>());
        services.AddSingleton<SealingWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SealingWatch>());
        services.AddHealthChecks().AddCheck<AuditLogCheck>("audit-log", tags: ["ready"]);
        return services;
    }
}
