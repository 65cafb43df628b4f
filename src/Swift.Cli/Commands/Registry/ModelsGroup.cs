using System.CommandLine;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models …</c></summary>
internal sealed class ModelsGroup : Command
{
    public ModelsGroup() : base("models", "Registered models: versions, and the aliases that mean one of them")
    {
        Add(new ListModels());
        Add(new ShowModel());
        Add(new RegisterModelCommand());
        Add(new ShowAlias());
        Add(new ShowAliasHistory());
        Add(new PromoteModel());
        Add(new RollBackAlias());
    }
}
