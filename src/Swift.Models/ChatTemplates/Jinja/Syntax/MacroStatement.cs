using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Syntax;

/// <summary>Parameters and body of a macro, or of a call block, which is a macro without a name.</summary>
internal sealed class Macro(string name, IReadOnlyList<(string Name, Expression? Default)> parameters, IReadOnlyList<Statement> body)
{
    /// <summary>The macro as a value, which sees the scope it was defined in.</summary>
    public JinjaCallable Bind(Scope definition) => new(name, (rendering, arguments) => Call(definition, rendering, arguments));

    private string Call(Scope definition, Rendering rendering, Arguments arguments)
    {
        var scope = new Scope(definition);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, otherwise) = parameters[i];
            scope[parameter] = arguments.TryGet(i, parameter, out var given) ? given
                : otherwise is null ? new Undefined(parameter) : otherwise.Evaluate(scope, rendering);
        }
        scope["varargs"] = JinjaList.Tuple([.. arguments.Positional.Skip(parameters.Count)]);
        var others = new JinjaDictionary();
        foreach (var (key, value) in arguments.Named)
        {
            if (key == "caller") scope[key] = value;
            else if (parameters.All(parameter => parameter.Name != key)) others[key] = value;
        }
        scope["kwargs"] = others;
        return rendering.Capture(() => Statement.ExecuteAll(body, scope, rendering));
    }
}

internal sealed class MacroStatement(string name, Macro macro) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        scope[name] = macro.Bind(scope);
        return Flow.Next;
    }
}

/// <summary><c>call(x) macro(…)</c> … <c>endcall</c>: the macro calls the body as <c>caller</c>.</summary>
internal sealed class CallBlockStatement(CallExpression call, Macro body) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        rendering.Write(PythonText.Str(call.Call(scope, rendering, body.Bind(scope))));
        return Flow.Next;
    }
}
