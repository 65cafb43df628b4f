using System.CommandLine;

namespace Swift.Cli.Commands.Audit;

/// <summary><c>swift audit …</c></summary>
internal sealed class AuditGroup : Command
{
    public AuditGroup() : base("audit", "Replays what happened, and proves that nobody altered it")
    {
        Add(new ShowState());
        Add(new ShowHistory());
        Add(new ShowDiff());
        Add(new ShowTimeline());
        Add(new VerifyLog());
        Add(new ReproduceExperimentCommand());
        Add(new ExportLog());
    }
}
