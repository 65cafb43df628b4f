using System.CommandLine;

namespace Swift.Cli.Commands.Experiments;

/// <summary><c>swift experiments …</c></summary>
internal sealed class ExperimentsGroup : Command
{
    public ExperimentsGroup() : base("experiments", "Looks at experiments and leads them")
    {
        Add(new ListExperiments());
        Add(new ShowExperiment());
        Add(new ShowEvents());
        Add(new WatchExperiment());
        Add(new ShowMetrics());
        Add(new CancelExperiment());
        Add(new PauseExperiment());
        Add(new ResumeExperiment());
        Add(new RetryExperiment());
    }
}
