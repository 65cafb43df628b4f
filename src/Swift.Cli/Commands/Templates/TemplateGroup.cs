using System.CommandLine;

namespace Swift.Cli.Commands.Templates;

/// <summary><c>swift template …</c></summary>
internal sealed class TemplateGroup : Command
{
    public TemplateGroup() : base("template", "Works with chat templates") => Add(new RenderTemplate());
}
