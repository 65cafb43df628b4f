using System.CommandLine;

namespace Swift.Cli.Commands.Pipelines;

/// <summary><c>swift pipelines …</c></summary>
internal sealed class PipelinesGroup : Command
{
    public PipelinesGroup() : base("pipelines", "Checks and registers pipeline specifications")
    {
        Add(new ValidatePipeline());
        Add(new RegisterPipeline());
        Add(new ListPipelines());
        Add(new ShowPipeline());
    }
}
