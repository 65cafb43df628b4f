using System.CommandLine;
using System.Text.Json;
using Swift.Cli.Terminal;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja;

namespace Swift.Cli.Commands.Templates;

/// <summary><c>swift template render</c></summary>
internal sealed class RenderTemplate : SwiftCommand
{
    private readonly Option<string> _template = new("--template") { Description = "A Jinja template (- for standard input)", HelpName = "FILE", Required = true };
    private readonly Option<string> _context = new("--context")
    {
        Description = "A JSON object with what the template may use: messages, tools, add_generation_prompt, bos_token, … (- for standard input)", HelpName = "FILE", Required = true,
    };

    public RenderTemplate() : base("render", "Prints what a chat template makes of a conversation, and nothing else")
    {
        Add(_template);
        Add(_context);
    }

    protected override Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var (templatePath, contextPath) = (run.GetRequired(_template), run.GetRequired(_context));
        if (templatePath == TextInput.StandardInput && contextPath == TextInput.StandardInput)
            throw new UsageException("--template and --context cannot both be standard input.");
        var template = JinjaTemplate.Parse(TextInput.ReadAll(templatePath), TextInput.NameOf(templatePath));
        using var context = ReadContext(contextPath);
        var text = template.Render(context.RootElement);
        // To the byte: a newline of ours would be one of the template's.
        if (run.Output.Json) run.Output.JsonLine(new Rendered(text));
        else Console.Out.Write(text);
        return Task.FromResult(ExitCode.Done);
    }

    private static JsonDocument ReadContext(string path)
    {
        var name = TextInput.NameOf(path);
        try
        {
            var document = JsonDocument.Parse(TextInput.ReadAll(path));
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw SwiftException.BadInput("template_context", $"{name}: the context must be a JSON object, such as {{\"messages\": [{{\"role\": \"user\", \"content\": \"Hi\"}}]}}.");
        }
        catch (JsonException broken)
        {
            throw SwiftException.BadInput("json_invalid", $"{name}, line {broken.LineNumber + 1}: not valid JSON: {broken.Message}", broken);
        }
    }

    private sealed record Rendered(string Text);
}
