using System.CommandLine;

namespace Swift.Cli.Commands.Keys;

/// <summary><c>swift keys …</c></summary>
internal sealed class KeysGroup : Command
{
    public KeysGroup() : base("keys", "Hands out keys for the API and takes them back")
    {
        Add(new CreateKey());
        Add(new ListKeys());
        Add(new RevokeKey());
        Add(new WhoAmI());
    }
}
