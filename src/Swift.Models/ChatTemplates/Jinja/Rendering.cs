using System.Text;

namespace Swift.Models.ChatTemplates.Jinja;

/// <summary>One run of a template: its output, its clock, and what it has used of its limits.</summary>
internal sealed class Rendering(JinjaLimits limits, TimeProvider clock)
{
    private readonly List<(int Start, int End)> generated = [];
    private StringBuilder output = new();
    private int captures;
    private int callDepth;
    private long steps;

    public TimeProvider Clock => clock;

    /// <summary>Where <c>{% generation %}</c> blocks lie in the output.</summary>
    public IReadOnlyList<(int Start, int End)> Generated => generated;

    public string Text => output.ToString();

    public void Step(long count = 1)
    {
        steps += count;
        if (steps > limits.Steps) throw new JinjaException(JinjaError.Limit, $"the template takes more than {limits.Steps} steps");
    }

    public void CheckLength(long length)
    {
        if (length > limits.TextLength) throw new JinjaException(JinjaError.Limit, $"the template makes a text longer than {limits.TextLength} characters");
    }

    public void Write(string text)
    {
        CheckLength((long)output.Length + text.Length);
        output.Append(text);
    }

    /// <summary>Runs something whose output becomes a value instead.</summary>
    public string Capture(Action body)
    {
        var outer = output;
        output = new StringBuilder();
        captures++;
        try
        {
            body();
            return output.ToString();
        }
        finally
        {
            output = outer;
            captures--;
        }
    }

    /// <summary>Runs the body of a generation block.</summary>
    public T Generate<T>(Func<T> body)
    {
        var start = output.Length;
        var result = body();
        // A block in a captured text has no known place in the output.
        if (captures == 0 && output.Length > start) generated.Add((start, output.Length));
        return result;
    }

    public T Nest<T>(Func<T> body)
    {
        if (++callDepth > limits.CallDepth) throw new JinjaException(JinjaError.Limit, $"calls are nested more than {limits.CallDepth} deep");
        try
        {
            return body();
        }
        finally
        {
            callDepth--;
        }
    }
}
