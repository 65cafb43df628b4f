namespace Swift.Models.ChatTemplates.Jinja;

/// <summary>What went wrong in a template.</summary>
internal enum JinjaError
{
    Syntax,
    /// <summary>An operation that Python would refuse as well.</summary>
    Failed,
    /// <summary>The template called <c>raise_exception</c>.</summary>
    Raised,
    /// <summary>More steps, output or depth than allowed.</summary>
    Limit,
}

/// <summary>Carries an error to the surface, where it becomes a <see cref="Contracts.Experiments.SwiftException"/>.</summary>
internal sealed class JinjaException(JinjaError error, string message, int line = 0) : Exception(message)
{
    public JinjaError Error { get; } = error;

    /// <summary>1-based; 0 until the statement that was running adds it.</summary>
    public int Line { get; private set; } = line;

    public static JinjaException Failed(string message) => new(JinjaError.Failed, message);

    /// <summary>Adds the line of the innermost expression. It is false, so as to be an exception filter, which costs no stack.</summary>
    public bool AddLine(int line)
    {
        if (Line == 0) Line = line;
        return false;
    }
}
