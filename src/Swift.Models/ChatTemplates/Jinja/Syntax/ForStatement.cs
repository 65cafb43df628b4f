using Swift.Models.ChatTemplates.Jinja.Library;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Syntax;

/// <summary><c>for target in iterable if condition recursive</c> … <c>else</c> … <c>endfor</c></summary>
internal sealed class ForStatement(
    Expression target, Expression iterable, Expression? condition, bool recursive, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise) : Statement
{
    public override Flow Execute(Scope scope, Rendering rendering)
    {
        Run(iterable.Evaluate(scope, rendering), depth: 0, scope, rendering);
        return Flow.Next;
    }

    private void Run(object? values, int depth, Scope scope, Rendering rendering)
    {
        List<object?> items;
        try
        {
            items = [.. Iteration.Of(values, rendering)];
        }
        catch (JinjaException exception) when (exception.AddLine(iterable.Line))
        {
            throw;
        }
        if (condition is not null) items = items.FindAll(item => Passes(item, scope, rendering));
        if (items.Count == 0)
        {
            ExecuteAll(otherwise, new Scope(scope), rendering);
            return;
        }
        var loop = new LoopVariable(items, depth)
        {
            Recursion = recursive ? inner => rendering.Capture(() => Run(inner, depth + 1, scope, rendering)) : null,
        };
        for (; loop.Index < items.Count; loop.Index++)
        {
            var inner = new Scope(scope) { ["loop"] = loop };
            Targets.Assign(target, items[loop.Index], inner, rendering);
            if (ExecuteAll(body, inner, rendering) == Flow.Break) break;
        }
    }

    private bool Passes(object? item, Scope scope, Rendering rendering)
    {
        var inner = new Scope(scope);
        Targets.Assign(target, item, inner, rendering);
        return PythonOperators.IsTrue(condition!.Evaluate(inner, rendering));
    }
}

/// <summary>The <c>loop</c> of a for statement.</summary>
internal sealed class LoopVariable(List<object?> items, int depth)
{
    private object? lastChecked;
    private bool hasChecked;

    /// <summary>0-based.</summary>
    public int Index { get; set; }

    /// <summary>Renders the loop again over other items; null where it is not recursive.</summary>
    public Func<object?, object?>? Recursion { get; init; }

    public object? Attribute(string name) => name switch
    {
        "index" => Index + 1L,
        "index0" => (long)Index,
        "revindex" => (long)items.Count - Index,
        "revindex0" => items.Count - Index - 1L,
        "first" => Index == 0,
        "last" => Index == items.Count - 1,
        "length" => (long)items.Count,
        "depth" => depth + 1L,
        "depth0" => (long)depth,
        "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no next item"),
        "cycle" => new JinjaCallable("cycle", (_, arguments) => arguments.Positional.Count > 0
            ? arguments.Positional[Index % arguments.Positional.Count]
            : throw JinjaException.Failed("no items for cycling given")),
        "changed" => new JinjaCallable("changed", (_, arguments) => Changed(JinjaList.Tuple([.. arguments.Positional]))),
        _ => new Undefined($"loop.{name}"),
    };

    private object Changed(object value)
    {
        if (hasChecked && PythonOperators.AreEqual(lastChecked, value)) return false;
        (lastChecked, hasChecked) = (value, true);
        return true;
    }
}
