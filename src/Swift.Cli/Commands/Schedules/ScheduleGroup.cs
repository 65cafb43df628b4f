using System.CommandLine;

namespace Swift.Cli.Commands.Schedules;

/// <summary><c>swift schedule …</c></summary>
internal sealed class ScheduleGroup : Command
{
    public ScheduleGroup() : base("schedule", "Pipelines that run by a rule: every night, every Monday, on what is new")
    {
        Add(new CreateScheduleCommand());
        Add(new ListSchedules());
        Add(new ShowSchedule());
        Add(new ShowNextFires());
        Add(new ShowScheduleEvents());
        Add(new TriggerScheduleCommand());
        Add(new PauseScheduleCommand());
        Add(new ResumeScheduleCommand());
        Add(new BackfillScheduleCommand());
        Add(new DeleteScheduleCommand());
    }
}
