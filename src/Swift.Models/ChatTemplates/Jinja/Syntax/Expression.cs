using Swift.Models.ChatTemplates.Jinja.Library;
using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Syntax;

/// <summary>Something with a value.</summary>
internal abstract class Expression(int line)
{
    public int Line => line;

    public object? Evaluate(Scope scope, Rendering rendering)
    {
        rendering.Step();
        StackGuard.Check();
        try
        {
            return Compute(scope, rendering);
        }
        catch (JinjaException exception) when (exception.AddLine(line))
        {
            throw;
        }
        catch (OverflowException)
        {
            throw new JinjaException(JinjaError.Failed, "a number does not fit 64 bits", line);
        }
    }

    protected abstract object? Compute(Scope scope, Rendering rendering);
}

internal sealed class Literal(object? value, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering) => value;
}

internal sealed class NameExpression(string name, int line) : Expression(line)
{
    public string Name => name;

    protected override object? Compute(Scope scope, Rendering rendering) => scope.TryGet(name, out var value) ? value : new Undefined(name);
}

internal sealed class ListExpression(IReadOnlyList<Expression> items, bool isTuple, int line) : Expression(line)
{
    public IReadOnlyList<Expression> Items => items;

    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var list = new JinjaList { IsTuple = isTuple };
        foreach (var item in items) list.Add(item.Evaluate(scope, rendering));
        return list;
    }
}

internal sealed class DictionaryExpression(IReadOnlyList<(Expression Key, Expression Value)> items, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var dictionary = new JinjaDictionary();
        foreach (var (key, value) in items) dictionary[key.Evaluate(scope, rendering)] = value.Evaluate(scope, rendering);
        return dictionary;
    }
}

/// <summary><c>x.name</c> (attributes first) and <c>x[key]</c> (items first).</summary>
internal sealed class MemberExpression(Expression target, Expression member, bool isAttribute, int line) : Expression(line)
{
    public Expression Target => target;

    public Expression Member => member;

    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var owner = target.Evaluate(scope, rendering);
        var key = member.Evaluate(scope, rendering);
        return isAttribute ? Members.Attribute(owner, (string)key!) : Members.Item(owner, key);
    }
}

internal sealed class SliceExpression(Expression target, Expression? start, Expression? stop, Expression? step, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var value = target.Evaluate(scope, rendering);
        return Slices.Slice(value, Bound(start), Bound(stop), Bound(step), rendering);

        int? Bound(Expression? bound) => bound?.Evaluate(scope, rendering) is { } given ? PythonOperators.ToInt32(given) : null;
    }
}

internal sealed class ArithmeticExpression(string symbol, Expression left, Expression right, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering) =>
        PythonOperators.Arithmetic(symbol, left.Evaluate(scope, rendering), right.Evaluate(scope, rendering), rendering);
}

/// <summary><c>a ~ b ~ c</c></summary>
internal sealed class ConcatenationExpression(IReadOnlyList<Expression> parts, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var text = string.Concat(parts.Select(part => PythonText.Str(part.Evaluate(scope, rendering))));
        rendering.CheckLength(text.Length);
        return text;
    }
}

internal sealed class NegationExpression(Expression operand, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering) => PythonOperators.Negate(operand.Evaluate(scope, rendering));
}

internal sealed class NotExpression(Expression operand, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering) => !PythonOperators.IsTrue(operand.Evaluate(scope, rendering));
}

/// <summary><c>and</c> and <c>or</c>, which give one of their operands.</summary>
internal sealed class LogicalExpression(bool isAnd, Expression left, Expression right, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var value = left.Evaluate(scope, rendering);
        return PythonOperators.IsTrue(value) == isAnd ? right.Evaluate(scope, rendering) : value;
    }
}

/// <summary><c>a &lt; b &lt;= c</c>: every neighbouring pair must hold.</summary>
internal sealed class ComparisonExpression(Expression first, IReadOnlyList<(string Symbol, Expression Operand)> rest, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering)
    {
        var left = first.Evaluate(scope, rendering);
        foreach (var (symbol, operand) in rest)
        {
            var right = operand.Evaluate(scope, rendering);
            if (!Holds(symbol, left, right)) return false;
            left = right;
        }
        return true;
    }

    private static bool Holds(string symbol, object? left, object? right) => symbol switch
    {
        "==" => PythonOperators.AreEqual(left, right),
        "!=" => !PythonOperators.AreEqual(left, right),
        "in" => PythonOperators.Contains(right, left),
        "not in" => !PythonOperators.Contains(right, left),
        "<" => PythonOperators.Compare(left, right) < 0,
        "<=" => PythonOperators.Compare(left, right) <= 0,
        ">" => PythonOperators.Compare(left, right) > 0,
        _ => PythonOperators.Compare(left, right) >= 0,
    };
}

/// <summary><c>a if condition else b</c>; without an else, undefined.</summary>
internal sealed class ConditionalExpression(Expression condition, Expression then, Expression? otherwise, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering) =>
        PythonOperators.IsTrue(condition.Evaluate(scope, rendering)) ? then.Evaluate(scope, rendering)
        : otherwise is null ? new Undefined("the inline if-expression without else") : otherwise.Evaluate(scope, rendering);
}

/// <summary>Arguments as written at a call, filter or test.</summary>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Spread, Expression? NamedSpread)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);

    public Arguments Evaluate(Scope scope, Rendering rendering)
    {
        var positional = Positional.Select(argument => argument.Evaluate(scope, rendering)).ToList();
        var named = Named.Select(argument => KeyValuePair.Create(argument.Name, argument.Value.Evaluate(scope, rendering))).ToList();
        if (Spread is not null) positional.AddRange(Iteration.Of(Spread.Evaluate(scope, rendering), rendering));
        if (NamedSpread?.Evaluate(scope, rendering) is JinjaDictionary dictionary)
        {
            named.AddRange(dictionary.Items.Select(item => KeyValuePair.Create(PythonText.Str(item.Key), item.Value)));
        }
        return new Arguments(positional, named);
    }
}

internal sealed class CallExpression(Expression callee, ArgumentList arguments, int line) : Expression(line)
{
    protected override object? Compute(Scope scope, Rendering rendering) => Call(scope, rendering, caller: null);

    /// <param name="caller">The body of a call block, as the macro sees it.</param>
    public object? Call(Scope scope, Rendering rendering, JinjaCallable? caller)
    {
        var target = callee.Evaluate(scope, rendering);
        var given = arguments.Evaluate(scope, rendering);
        if (caller is not null) given = new Arguments([.. given.Positional], [.. given.Named, KeyValuePair.Create("caller", (object?)caller)]);
        return target switch
        {
            JinjaCallable callable => rendering.Nest(() => callable.Call(rendering, given)),
            LoopVariable { Recursion: not null } loop => rendering.Nest(() => loop.Recursion(given.Require(0, "iterable"))),
            Undefined missing => throw missing.Error(),
            _ => throw JinjaException.Failed($"'{PythonOperators.TypeName(target)}' object is not callable"),
        };
    }
}

internal sealed class FilterExpression(Expression? input, string name, ArgumentList arguments, int line) : Expression(line)
{
    private readonly Filter? filter = Filters.Find(name);

    protected override object? Compute(Scope scope, Rendering rendering) =>
        Apply(input?.Evaluate(scope, rendering), scope, rendering);

    /// <summary>Applies the filter to a text that a filter block or a set block has made.</summary>
    public object? ApplyTo(object? value, Scope scope, Rendering rendering) =>
        Apply(input is FilterExpression inner ? inner.ApplyTo(value, scope, rendering) : value, scope, rendering);

    private object? Apply(object? value, Scope scope, Rendering rendering) =>
        filter is null ? throw JinjaException.Failed($"no filter is named '{name}'") : filter(rendering, value, arguments.Evaluate(scope, rendering));
}

internal sealed class TestExpression(Expression operand, string name, ArgumentList arguments, int line) : Expression(line)
{
    private readonly Test? test = Tests.Find(name);

    protected override object? Compute(Scope scope, Rendering rendering) =>
        test is null ? throw JinjaException.Failed($"no test is named '{name}'") : test(operand.Evaluate(scope, rendering), arguments.Evaluate(scope, rendering));
}
