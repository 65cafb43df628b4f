using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates.Jinja.Library;
using Swift.Models.ChatTemplates.Jinja.Syntax;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja;

/// <summary>
/// A Jinja template, rendered as Hugging Face renders chat templates: <c>trim_blocks</c>, <c>lstrip_blocks</c>, loop controls,
/// <c>{% generation %}</c>, <c>raise_exception</c>, <c>strftime_now</c>, its <c>tojson</c>. It reaches nothing but its context.
/// </summary>
public sealed class JinjaTemplate
{
    private readonly IReadOnlyList<Statement> body;
    private readonly string name;

    private JinjaTemplate(IReadOnlyList<Statement> body, string name)
    {
        this.body = body;
        this.name = name;
    }

    /// <param name="name">What errors call it: a file's path.</param>
    /// <exception cref="SwiftException"><c>template_syntax</c>, with the line.</exception>
    public static JinjaTemplate Parse(string source, string name = "chat template")
    {
        try
        {
            return new JinjaTemplate(Parser.Parse(source), name);
        }
        catch (JinjaException exception)
        {
            throw Translate(exception, name);
        }
    }

    /// <summary>Renders with the names of a JSON object as variables.</summary>
    /// <exception cref="SwiftException"><c>template_failed</c>, <c>template_refused</c> (by <c>raise_exception</c>) or <c>template_limit</c>, with the line.</exception>
    public string Render(JsonElement context, JinjaLimits? limits = null, TimeProvider? clock = null)
    {
        if (context.ValueKind != JsonValueKind.Object) throw SwiftException.BadInput("template_context", $"{name}: the context must be a JSON object.");
        return Render(Variables(context), limits ?? JinjaLimits.Default, clock ?? TimeProvider.System).Text;
    }

    /// <summary>Of a name that is given twice the later value counts, as everywhere in JSON.</summary>
    private Dictionary<string, object?> Variables(JsonElement context)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        try
        {
            foreach (var property in context.EnumerateObject()) variables[property.Name] = PythonJson.FromJson(property.Value);
            return variables;
        }
        catch (InvalidOperationException exception)
        {
            throw SwiftException.BadInput("template_context", $"{name}: a string of the context holds half of a surrogate pair.", exception);
        }
    }

    internal Rendering Render(IReadOnlyDictionary<string, object?> variables, JinjaLimits limits, TimeProvider clock)
    {
        var rendering = new Rendering(limits, clock);
        var scope = new Scope(Globals.CreateScope());
        foreach (var (key, value) in variables) scope[key] = value;
        try
        {
            Statement.ExecuteAll(body, scope, rendering);
            return rendering;
        }
        catch (JinjaException exception)
        {
            throw Translate(exception, name);
        }
    }

    private static SwiftException Translate(JinjaException exception, string name)
    {
        var code = exception.Error switch
        {
            JinjaError.Syntax => "template_syntax",
            JinjaError.Raised => "template_refused",
            JinjaError.Limit => "template_limit",
            _ => "template_failed",
        };
        return SwiftException.BadInput(code, exception.Line > 0 ? $"{name}, line {exception.Line}: {exception.Message}" : $"{name}: {exception.Message}", exception);
    }
}
