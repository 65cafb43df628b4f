using Swift.Models.ChatTemplates.Jinja.Library;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Syntax;

/// <summary>How execution goes on.</summary>
internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A part of a template's body.</summary>
internal abstract class Statement
{
    public abstract Flow Execute(Scope scope, Rendering rendering);

    public static Flow ExecuteAll(IReadOnlyList<Statement> body, Scope scope, Rendering rendering)
    {
        foreach (var statement in body)
        {
            rendering.Step();
            var flow = statement.Execute(scope, rendering);
            if (flow != Flow.Next) return flow;
        }
        return Flow.Next;
    }

    protected static string Capture(IReadOnlyList<Statement> body, Scope scope, Rendering rendering) =>
        rendering.Capture(() => ExecuteAll(body, scope, rendering));
}

internal sealed class TextStatement(string text) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        rendering.Write(text);
        return Flow.Next;
    }
}

internal sealed class PrintStatement(Expression expression) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        rendering.Write(PythonText.Str(expression.Evaluate(scope, rendering)));
        return Flow.Next;
    }
}

internal sealed class IfStatement(IReadOnlyList<(Expression Condition, IReadOnlyList<Statement> Body)> branches, IReadOnlyList<Statement> otherwise) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        foreach (var (condition, body) in branches)
        {
            if (PythonOperators.IsTrue(condition.Evaluate(scope, rendering))) return ExecuteAll(body, scope, rendering);
        }
        return ExecuteAll(otherwise, scope, rendering);
    }
}

internal sealed class FlowStatement(Flow flow) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering) => flow;
}

/// <summary><c>set x = value</c>, <c>set a, b = pair</c>, <c>set ns.x = value</c>.</summary>
internal sealed class SetStatement(Expression target, Expression value) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        Targets.Assign(target, value.Evaluate(scope, rendering), scope, rendering);
        return Flow.Next;
    }
}

/// <summary><c>set x</c> … <c>endset</c>, perhaps through filters.</summary>
internal sealed class SetBlockStatement(Expression target, FilterExpression? filter, IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        object? text = Capture(body, new Scope(scope), rendering);
        Targets.Assign(target, filter is null ? text : filter.ApplyTo(text, scope, rendering), scope, rendering);
        return Flow.Next;
    }
}

internal sealed class FilterBlockStatement(FilterExpression filter, IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        rendering.Write(PythonText.Str(filter.ApplyTo(Capture(body, new Scope(scope), rendering), scope, rendering)));
        return Flow.Next;
    }
}

internal sealed class WithStatement(IReadOnlyList<(Expression Target, Expression Value)> assignments, IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        var inner = new Scope(scope);
        foreach (var (target, value) in assignments) Targets.Assign(target, value.Evaluate(scope, rendering), inner, rendering);
        return ExecuteAll(body, inner, rendering);
    }
}

/// <summary>What the model itself would write: the text that it learns from.</summary>
internal sealed class GenerationStatement(IReadOnlyList<Statement> body) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering) => rendering.Generate(() => ExecuteAll(body, scope, rendering));
}

/// <summary><c>do expression</c>: evaluated for its effect.</summary>
internal sealed class DoStatement(Expression expression) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        expression.Evaluate(scope, rendering);
        return Flow.Next;
    }
}

/// <summary>What stands left of an assignment.</summary>
internal static class Targets
{
    public static void Assign(Expression target, object? value, Scope scope, Rendering rendering)
    {
        switch (target)
        {
            case NameExpression name:
                scope[name.Name] = value;
                break;
            case ListExpression tuple:
                var items = Iteration.Of(value, rendering).ToList();
                if (items.Count != tuple.Items.Count)
                {
                    throw new JinjaException(JinjaError.Failed, $"{tuple.Items.Count} names cannot take {items.Count} values", target.Line);
                }
                for (var i = 0; i < items.Count; i++) Assign(tuple.Items[i], items[i], scope, rendering);
                break;
            case MemberExpression { Member: var member, Target: var owner }:
                if (owner.Evaluate(scope, rendering) is not JinjaNamespace space)
                {
                    throw new JinjaException(JinjaError.Failed, "only a namespace's attributes can be set", target.Line);
                }
                space.Attributes[PythonText.Str(member.Evaluate(scope, rendering))] = value;
                break;
        }
    }
}
