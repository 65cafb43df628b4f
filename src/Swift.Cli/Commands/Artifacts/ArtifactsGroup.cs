using System.CommandLine;

namespace Swift.Cli.Commands.Artifacts;

/// <summary><c>swift artifacts …</c></summary>
internal sealed class ArtifactsGroup : Command
{
    public ArtifactsGroup() : base("artifacts", "Fetches artifacts and clears those that nothing names")
    {
        Add(new GetArtifact());
        Add(new CollectGarbage());
    }
}
