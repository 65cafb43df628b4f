namespace Swift.Models.ChatTemplates.Jinja.Syntax;

/// <summary>Builds a template's statements. Grammar and precedence are those of Jinja 3.</summary>
internal sealed partial class Parser
{
    private const int DeepestNesting = 200;

    private readonly List<Token> tokens;
    private int position;
    private int depth;

    private Parser(List<Token> tokens) => this.tokens = tokens;

    private Token Current => tokens[position];

    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new Parser(Lexer.Read(source));
        var body = parser.ParseBody();
        if (parser.Current.Kind != TokenKind.End) throw parser.Error($"'{parser.tokens[parser.position + 1].Text}' closes nothing");
        return body;
    }

    /// <summary>Statements up to a tag that is one of the ends, or to the end of the template.</summary>
    private List<Statement> ParseBody(params ReadOnlySpan<string> ends)
    {
        Enter();
        var body = new List<Statement>();
        while (true)
        {
            switch (Current.Kind)
            {
                case TokenKind.Text:
                    body.Add(new TextStatement(Take().Text));
                    break;
                case TokenKind.PrintStart:
                    Take();
                    body.Add(new PrintStatement(ParseTuple()));
                    Expect(TokenKind.PrintEnd);
                    break;
                case TokenKind.BlockStart when tokens[position + 1] is var tag && (ends.Contains(tag.Text) || IsEnd(tag.Text)):
                    depth--;
                    return body;
                case TokenKind.BlockStart:
                    Take();
                    body.AddRange(ParseStatement());
                    break;
                default:
                    depth--;
                    return body;
            }
        }
    }

    private static bool IsEnd(string name) => name is "else" or "elif" || name.StartsWith("end", StringComparison.Ordinal);

    /// <summary>The body of a block and its closing tag.</summary>
    private List<Statement> ParseBlock(string end)
    {
        Expect(TokenKind.BlockEnd);
        var body = ParseBody(end);
        ExpectTag(end);
        return body;
    }

    /// <summary>Takes <c>{% name</c>.</summary>
    private void ExpectTag(string name)
    {
        Expect(TokenKind.BlockStart);
        if (!Current.IsName(name)) throw Error($"'{name}' was expected, not {Current}");
        Take();
    }

    private IEnumerable<Statement> ParseStatement()
    {
        var tag = Expect(TokenKind.Name);
        IReadOnlyList<Statement> statements = tag.Text switch
        {
            "if" => [ParseIf()],
            "for" => [ParseFor()],
            "set" => [ParseSet()],
            "macro" => [ParseMacro()],
            "call" => [ParseCallBlock()],
            "filter" => [new FilterBlockStatement(ParseFilterChain(null), ParseBlock("endfilter"))],
            "with" => [ParseWith()],
            "generation" => [new GenerationStatement(ParseBlock("endgeneration"))],
            "break" => [new FlowStatement(Flow.Break)],
            "continue" => [new FlowStatement(Flow.Continue)],
            "do" => [new DoStatement(ParseTuple())],
            _ => throw new JinjaException(JinjaError.Syntax, $"the tag '{tag.Text}' is not known", tag.Line),
        };
        Expect(TokenKind.BlockEnd);
        return statements;
    }

    private IfStatement ParseIf()
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        IReadOnlyList<Statement> otherwise = [];
        while (true)
        {
            var condition = ParseTuple(withConditional: false);
            Expect(TokenKind.BlockEnd);
            branches.Add((condition, ParseBody("elif", "else", "endif")));
            Expect(TokenKind.BlockStart);
            if (Take("elif")) continue;
            if (Take("else"))
            {
                otherwise = ParseBlock("endif");
                break;
            }
            if (Take("endif")) break;
            throw Error($"'endif' was expected, not {Current}");
        }
        return new IfStatement(branches, otherwise);
    }

    private ForStatement ParseFor()
    {
        var target = ParseTarget();
        if (!Take("in")) throw Error($"'in' was expected, not {Current}");
        var iterable = ParseTuple(withConditional: false, end: "recursive");
        var condition = Take("if") ? ParseExpression() : null;
        var recursive = Take("recursive");
        Expect(TokenKind.BlockEnd);
        IReadOnlyList<Statement> body = ParseBody("else", "endfor");
        IReadOnlyList<Statement> otherwise = [];
        Expect(TokenKind.BlockStart);
        if (Take("else")) otherwise = ParseBlock("endfor");
        else if (!Take("endfor")) throw Error($"'endfor' was expected, not {Current}");
        return new ForStatement(target, iterable, condition, recursive, body, otherwise);
    }

    private Statement ParseSet()
    {
        var target = ParseTarget();
        if (TakeSymbol("=")) return new SetStatement(target, ParseTuple());
        var filter = Current.Is("|") ? ParseFilterChain(null, leadingPipe: true) : null;
        return new SetBlockStatement(target, filter, ParseBlock("endset"));
    }

    private WithStatement ParseWith()
    {
        var assignments = new List<(Expression, Expression)>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (assignments.Count > 0) ExpectSymbol(",");
            var target = ParseTarget(single: true);
            ExpectSymbol("=");
            assignments.Add((target, ParseExpression()));
        }
        return new WithStatement(assignments, ParseBlock("endwith"));
    }

    private MacroStatement ParseMacro()
    {
        var name = Expect(TokenKind.Name).Text;
        var parameters = ParseParameters();
        return new MacroStatement(name, new Macro(name, parameters, ParseBlock("endmacro")));
    }

    private CallBlockStatement ParseCallBlock()
    {
        var parameters = Current.Is("(") ? ParseParameters() : [];
        if (ParseExpression() is not CallExpression call) throw Error("a call block must call something");
        return new CallBlockStatement(call, new Macro("caller", parameters, ParseBlock("endcall")));
    }

    private List<(string, Expression?)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        ExpectSymbol("(");
        while (!TakeSymbol(")"))
        {
            if (parameters.Count > 0)
            {
                ExpectSymbol(",");
                if (TakeSymbol(")")) break;
            }
            var name = Expect(TokenKind.Name).Text;
            parameters.Add((name, TakeSymbol("=") ? ParseExpression() : null));
        }
        return parameters;
    }

    private void Enter()
    {
        StackGuard.Check();
        if (++depth > DeepestNesting) throw new JinjaException(JinjaError.Limit, $"the template is nested more than {DeepestNesting} deep", Current.Line);
    }

    private Token Take() => tokens[position++];

    private bool Take(string name)
    {
        if (!Current.IsName(name)) return false;
        position++;
        return true;
    }

    private bool TakeSymbol(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        position++;
        return true;
    }

    private Token Expect(TokenKind kind) => Current.Kind == kind ? Take() : throw Error($"{Current} is not expected here");

    private void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol)) throw Error($"'{symbol}' was expected, not {Current}");
    }

    private JinjaException Error(string message) => new(JinjaError.Syntax, message, Current.Line);
}
