using System.Text;
using Swift.Contracts.Experiments;

namespace Swift.Cli.Commands;

/// <summary>A file named on the command line, or standard input for <c>-</c>, as text in UTF-8.</summary>
internal static class TextInput
{
    public const string StandardInput = "-";

    /// <summary>What messages call it.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <exception cref="SwiftException">There is no such file.</exception>
    public static TextReader Open(string path)
    {
        if (path == StandardInput) return Console.In;
        if (Directory.Exists(path)) throw SwiftException.BadInput("file_invalid", $"{path} is a folder; a file is needed.");
        if (!File.Exists(path)) throw SwiftException.BadInput("file_missing", $"{path}: there is no such file.");
        return new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
    }

    /// <summary>The lines with their numbers, from 1.</summary>
    /// <exception cref="SwiftException">There is no such file, or it is not UTF-8.</exception>
    public static IEnumerable<(string Line, string Place)> Lines(string path)
    {
        using var reader = Open(path);
        for (var number = 1; Read(reader, path, number) is { } line; number++)
            yield return (line, $"{NameOf(path)}, line {number}");
    }

    /// <exception cref="SwiftException">There is no such file, or it is not UTF-8.</exception>
    public static string ReadAll(string path)
    {
        using var reader = Open(path);
        try
        {
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException broken)
        {
            throw NotUtf8(NameOf(path), broken);
        }
    }

    private static string? Read(TextReader reader, string path, int number)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException broken)
        {
            throw NotUtf8($"{NameOf(path)}, line {number} or a later one", broken);
        }
    }

    private static SwiftException NotUtf8(string place, DecoderFallbackException broken) =>
        SwiftException.BadInput("not_utf8", $"{place}: not UTF-8.", broken);
}
