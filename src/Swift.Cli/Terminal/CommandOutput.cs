using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;
using Swift.Contracts;

namespace Swift.Cli.Terminal;

/// <summary>Results go to standard output, as text or as JSON; everything said meanwhile goes to standard error.</summary>
internal sealed class CommandOutput
{
    /// <summary>Columns for tables that no terminal limits.</summary>
    private const int RedirectedWidth = 160;

    private readonly IAnsiConsole _console;

    public CommandOutput(bool json)
    {
        Json = json;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
            _console.Profile.Width = RedirectedWidth;
    }

    public bool Json { get; }

    /// <summary>A person looks at a terminal that can be drawn on.</summary>
    public bool Interactive => !Json && !Console.IsOutputRedirected && _console.Profile.Capabilities.Ansi;

    public IAnsiConsole Screen => _console;

    /// <summary>The result of a command: <paramref name="value"/> as JSON, or <paramref name="forPeople"/>.</summary>
    public void Result<T>(T value, Func<T, IRenderable> forPeople)
    {
        if (Json) JsonLine(value, indented: true);
        else _console.Write(forPeople(value));
    }

    /// <summary>The result of a command as text: <paramref name="value"/> as JSON, or <paramref name="forPeople"/> as it is.</summary>
    public void ResultText<T>(T value, Func<T, string> forPeople)
    {
        if (Json) JsonLine(value, indented: true);
        else Console.Out.WriteLine(forPeople(value));
    }

    /// <summary>One value as JSON; on one line when several follow each other.</summary>
    public void JsonLine<T>(T value, bool indented = false) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(value, indented ? SwiftJson.Indented : SwiftJson.Options));

    /// <summary>For the person or the log, never part of the result.</summary>
    public void Message(string text) => Console.Error.WriteLine($"swift: {text}");
}
