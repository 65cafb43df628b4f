using System.Globalization;
using System.Text;

namespace Swift.Models.ChatTemplates.Jinja.Syntax;

internal sealed partial class Parser
{
    /// <summary>One expression, or several with commas, which are a tuple.</summary>
    private Expression ParseTuple(bool withConditional = true, string? end = null)
    {
        var line = Current.Line;
        var items = new List<Expression>();
        var isTuple = false;
        while (items.Count == 0 || isTuple)
        {
            if (items.Count > 0 && IsTupleEnd(end)) break;
            items.Add(ParseExpression(withConditional));
            isTuple = TakeSymbol(",");
            if (!isTuple) break;
        }
        return items.Count == 1 && !isTuple ? items[0] : new ListExpression(items, isTuple: true, line);
    }

    private bool IsTupleEnd(string? end) =>
        Current.Kind is TokenKind.BlockEnd or TokenKind.PrintEnd || Current.Is(")") || Current.IsName("in") || (end is not null && Current.IsName(end));

    /// <summary>Names, attributes of namespaces, or tuples of them.</summary>
    private Expression ParseTarget(bool single = false)
    {
        var line = Current.Line;
        var items = new List<Expression>();
        do
        {
            if (items.Count > 0 && (Current.IsName("in") || Current.Is("=") || Current.Is(")"))) break;
            if (TakeSymbol("("))
            {
                items.Add(ParseTarget());
                ExpectSymbol(")");
                continue;
            }
            var name = Expect(TokenKind.Name);
            Expression item = new NameExpression(name.Text, name.Line);
            if (TakeSymbol(".")) item = new MemberExpression(item, new Literal(Expect(TokenKind.Name).Text, name.Line), isAttribute: true, name.Line);
            items.Add(item);
        }
        while (!single && TakeSymbol(","));
        return items.Count == 1 && !tokens[position - 1].Is(",") ? items[0] : new ListExpression(items, isTuple: true, line);
    }

    private Expression ParseExpression(bool withConditional = true)
    {
        Enter();
        var result = withConditional ? ParseConditional() : ParseOr();
        depth--;
        return result;
    }

    private Expression ParseConditional()
    {
        var value = ParseOr();
        while (Current.IsName("if"))
        {
            var line = Take().Line;
            var condition = ParseOr();
            var otherwise = Take("else") ? ParseExpression() : null;
            value = new ConditionalExpression(condition, value, otherwise, line);
        }
        return value;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (Current.IsName("or"))
        {
            var line = Take().Line;
            left = new LogicalExpression(isAnd: false, left, ParseAnd(), line);
        }
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (Current.IsName("and"))
        {
            var line = Take().Line;
            left = new LogicalExpression(isAnd: true, left, ParseNot(), line);
        }
        return left;
    }

    private Expression ParseNot()
    {
        if (!Current.IsName("not")) return ParseComparison();
        Enter();
        var line = Take().Line;
        var result = new NotExpression(ParseNot(), line);
        depth--;
        return result;
    }

    private Expression ParseComparison()
    {
        var line = Current.Line;
        var first = ParseSum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Current.Kind == TokenKind.Operator && Current.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
            {
                rest.Add((Take().Text, ParseSum()));
            }
            else if (Take("in"))
            {
                rest.Add(("in", ParseSum()));
            }
            else if (Current.IsName("not") && tokens[position + 1].IsName("in"))
            {
                position += 2;
                rest.Add(("not in", ParseSum()));
            }
            else
            {
                return rest.Count == 0 ? first : new ComparisonExpression(first, rest, line);
            }
        }
    }

    private Expression ParseSum()
    {
        var left = ParseConcatenation();
        while (Current.Is("+") || Current.Is("-"))
        {
            var symbol = Take();
            left = new ArithmeticExpression(symbol.Text, left, ParseConcatenation(), symbol.Line);
        }
        return left;
    }

    private Expression ParseConcatenation()
    {
        var line = Current.Line;
        var first = ParseProduct();
        if (!Current.Is("~")) return first;
        var parts = new List<Expression> { first };
        while (TakeSymbol("~")) parts.Add(ParseProduct());
        return new ConcatenationExpression(parts, line);
    }

    private Expression ParseProduct()
    {
        var left = ParsePower();
        while (Current.Is("*") || Current.Is("/") || Current.Is("//") || Current.Is("%"))
        {
            var symbol = Take();
            left = new ArithmeticExpression(symbol.Text, left, ParsePower(), symbol.Line);
        }
        return left;
    }

    private Expression ParsePower()
    {
        var left = ParseUnary();
        while (Current.Is("**"))
        {
            var symbol = Take();
            left = new ArithmeticExpression(symbol.Text, left, ParseUnary(), symbol.Line);
        }
        return left;
    }

    private Expression ParseUnary(bool withFilter = true)
    {
        Enter();
        var line = Current.Line;
        Expression node;
        if (TakeSymbol("-")) node = new NegationExpression(ParseUnary(withFilter: false), line);
        else if (TakeSymbol("+")) node = ParseUnary(withFilter: false);
        else node = ParsePrimary();
        node = ParsePostfix(node);
        if (withFilter) node = ParseFiltersAndTests(node);
        depth--;
        return node;
    }

    private Expression ParsePrimary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Literal(true, token.Line),
                    "false" or "False" => new Literal(false, token.Line),
                    "none" or "None" => new Literal(null, token.Line),
                    _ => new NameExpression(token.Text, token.Line),
                };
            case TokenKind.String:
                var text = new StringBuilder(token.Text);
                while (Current.Kind == TokenKind.String) text.Append(Take().Text);
                return new Literal(text.ToString(), token.Line);
            case TokenKind.Integer:
                return long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? new Literal(number, token.Line)
                    : throw new JinjaException(JinjaError.Syntax, $"the number {token.Text} does not fit 64 bits", token.Line);
            case TokenKind.Float:
                return new Literal(double.Parse(token.Text, CultureInfo.InvariantCulture), token.Line);
            case TokenKind.Operator when token.Text == "(":
                if (TakeSymbol(")")) return new ListExpression([], isTuple: true, token.Line);
                var inner = ParseTuple();
                ExpectSymbol(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return ParseList(token.Line);
            case TokenKind.Operator when token.Text == "{":
                return ParseDictionary(token.Line);
            default:
                throw new JinjaException(JinjaError.Syntax, $"{token} is not expected here", token.Line);
        }
    }

    private ListExpression ParseList(int line)
    {
        var items = new List<Expression>();
        while (!TakeSymbol("]"))
        {
            if (items.Count > 0)
            {
                ExpectSymbol(",");
                if (TakeSymbol("]")) break;
            }
            items.Add(ParseExpression());
        }
        return new ListExpression(items, isTuple: false, line);
    }

    private DictionaryExpression ParseDictionary(int line)
    {
        var items = new List<(Expression, Expression)>();
        while (!TakeSymbol("}"))
        {
            if (items.Count > 0)
            {
                ExpectSymbol(",");
                if (TakeSymbol("}")) break;
            }
            var key = ParseExpression();
            ExpectSymbol(":");
            items.Add((key, ParseExpression()));
        }
        return new DictionaryExpression(items, line);
    }

    private Expression ParsePostfix(Expression node)
    {
        while (true)
        {
            if (Current.Is("."))
            {
                var line = Take().Line;
                var member = Take();
                node = member.Kind switch
                {
                    TokenKind.Name => new MemberExpression(node, new Literal(member.Text, line), isAttribute: true, line),
                    TokenKind.Integer => new MemberExpression(node, new Literal(long.Parse(member.Text, CultureInfo.InvariantCulture), line), isAttribute: false, line),
                    _ => throw new JinjaException(JinjaError.Syntax, $"a name was expected after the dot, not {member}", line),
                };
            }
            else if (Current.Is("["))
            {
                node = ParseSubscript(node);
            }
            else if (Current.Is("("))
            {
                node = ParseCall(node);
            }
            else
            {
                return node;
            }
        }
    }

    private CallExpression ParseCall(Expression callee)
    {
        var line = Current.Line;
        return new CallExpression(callee, ParseArguments(), line);
    }

    private Expression ParseSubscript(Expression node)
    {
        var line = Take().Line;
        var start = Current.Is(":") ? null : ParseExpression();
        if (start is not null && !Current.Is(":"))
        {
            if (Current.Is(","))
            {
                var items = new List<Expression> { start };
                while (TakeSymbol(",")) items.Add(ParseExpression());
                start = new ListExpression(items, isTuple: true, line);
            }
            ExpectSymbol("]");
            return new MemberExpression(node, start, isAttribute: false, line);
        }
        ExpectSymbol(":");
        var stop = Current.Is(":") || Current.Is("]") ? null : ParseExpression();
        Expression? step = null;
        if (TakeSymbol(":") && !Current.Is("]")) step = ParseExpression();
        ExpectSymbol("]");
        return new SliceExpression(node, start, stop, step, line);
    }

    private ArgumentList ParseArguments()
    {
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? spread = null, namedSpread = null;
        ExpectSymbol("(");
        for (var first = true; !TakeSymbol(")"); first = false)
        {
            if (!first)
            {
                ExpectSymbol(",");
                if (TakeSymbol(")")) break;
            }
            if (TakeSymbol("**"))
            {
                namedSpread = ParseExpression();
            }
            else if (TakeSymbol("*"))
            {
                spread = ParseExpression();
            }
            else if (Current.Kind == TokenKind.Name && tokens[position + 1].Is("="))
            {
                var name = Take().Text;
                position++;
                named.Add((name, ParseExpression()));
            }
            else
            {
                if (named.Count > 0) throw Error("a positional argument stands after a named one");
                positional.Add(ParseExpression());
            }
        }
        return new ArgumentList(positional, named, spread, namedSpread);
    }

    private Expression ParseFiltersAndTests(Expression node)
    {
        while (true)
        {
            if (Current.Is("|")) node = ParseFilterChain(node, leadingPipe: true);
            else if (Current.IsName("is")) node = ParseTest(node);
            else if (Current.Is("(")) node = ParseCall(node);
            else return node;
        }
    }

    /// <summary>One filter or several; without an input they are applied to a block's text.</summary>
    private FilterExpression ParseFilterChain(Expression? input, bool leadingPipe = false)
    {
        FilterExpression? chain = null;
        while (chain is null ? !leadingPipe || TakeSymbol("|") : TakeSymbol("|"))
        {
            var name = Expect(TokenKind.Name);
            var arguments = Current.Is("(") ? ParseArguments() : ArgumentList.Empty;
            chain = new FilterExpression(chain ?? input, name.Text, arguments, name.Line);
        }
        return chain!;
    }

    private Expression ParseTest(Expression operand)
    {
        var line = Take().Line;
        var negated = Take("not");
        // true, false and none are tests as well as values.
        var name = Expect(TokenKind.Name).Text;
        var arguments = ArgumentList.Empty;
        if (Current.Is("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsOperand())
        {
            arguments = new ArgumentList([ParsePostfix(ParsePrimary())], [], null, null);
        }
        Expression test = new TestExpression(operand, name, arguments, line);
        return negated ? new NotExpression(test, line) : test;
    }

    private bool StartsOperand() => Current.Kind switch
    {
        TokenKind.Name => Current.Text is not ("else" or "or" or "and" or "if" or "is" or "in" or "not" or "recursive"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        _ => Current.Is("[") || Current.Is("{"),
    };
}
