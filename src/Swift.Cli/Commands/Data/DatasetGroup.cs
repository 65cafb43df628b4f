using System.CommandLine;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift dataset …</c></summary>
internal sealed class DatasetGroup : Command
{
    public DatasetGroup() : base("dataset", "Makes and inspects data sets")
    {
        Add(new MakeArithmetic());
        Add(new InspectDataset());
    }
}
