using JasperFx.Events.Projections;
using Marten;
using Npgsql;
using Quartz;
using Swift.Api.Schedules.Aggregate;
using Swift.Api.Schedules.Alarm;
using Swift.Api.Schedules.Firing;

namespace Swift.Api.Schedules;

/// <summary>The services of this folder.</summary>
internal static class SwiftSchedules
{
    /// <summary>The schedules themselves; something must still ring. Needs Marten, the pipelines and a clock.</summary>
    internal static IServiceCollection AddScheduleStreams(this IServiceCollection services)
    {
        services.AddSingleton<ScheduleRunner>();
        services.ConfigureMarten(options => options.Projections.Add<ScheduleProjection>(ProjectionLifecycle.Inline));
        return services;
    }

    /// <summary>Schedules with their alarm clock: Quartz in the same database, clustered, so that any number of nodes share the alarms.</summary>
    internal static IServiceCollection AddSwiftSchedules(this IServiceCollection services, string connectionString)
    {
        services.AddScheduleStreams();
        services.AddSingleton<ScheduleStreams>();
        services.AddSingleton<ScheduleAlarms>();
        services.AddSingleton<ScheduleKeeper>();
        // Beside everything else of Swift's, so that one grant on the schema gives a role all that it needs.
        var alarmStore = new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = "swift" }.ConnectionString;
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = "swift";
                scheduler.GenerateInstanceId = true;
            });
            quartz.UsePersistentStore(jobs =>
            {
                jobs.UsePostgres(alarmStore);
                jobs.UseClustering(_ => { });
                jobs.ProvisionSchema();
            });
        });
        services.AddQuartzHostedService(_ => { });
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<AlarmNode>(provider, alarmStore));
        services.AddHostedService<ScheduleWatch>();
        return services;
    }
}
