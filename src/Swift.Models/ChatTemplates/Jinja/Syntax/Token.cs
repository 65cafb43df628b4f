namespace Swift.Models.ChatTemplates.Jinja.Syntax;

internal enum TokenKind
{
    Text,
    /// <summary><c>{%</c></summary>
    BlockStart,
    /// <summary><c>%}</c></summary>
    BlockEnd,
    /// <summary><c>{{</c></summary>
    PrintStart,
    /// <summary><c>}}</c></summary>
    PrintEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <param name="Text">The text, name, operator, or value of a string; the digits of a number.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public bool Is(string symbol) => Kind == TokenKind.Operator && Text == symbol;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.BlockEnd or TokenKind.PrintEnd => "the end of the tag",
        _ => $"'{Text}'",
    };
}
