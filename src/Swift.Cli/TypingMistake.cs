using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Swift.Cli;

/// <summary>What is said of a value that cannot be read; the library would name a type of .NET.</summary>
internal static partial class TypingMistake
{
    public static string MessageOf(ParseError error)
    {
        var (type, name) = error.SymbolResult switch
        {
            OptionResult option => (option.Option.ValueType, option.Option.Name),
            ArgumentResult { Parent: OptionResult option } => (option.Option.ValueType, option.Option.Name),
            ArgumentResult argument => (argument.Argument.ValueType, argument.Argument.HelpName ?? argument.Argument.Name),
            _ => (null, null),
        };
        return type is not null && Unreadable().Match(error.Message) is { Success: true } match
            ? $"{name}: '{match.Groups[1].Value}' is not {Expected(type)}."
            : error.Message;
    }

    private static string Expected(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;
        return value.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(value).Select(name => name.ToLowerInvariant()))}"
            : value == typeof(Guid) ? "an id such as 01a20e8d-4281-79ff-9ef1-7190cc8e5c15"
            : value == typeof(int) || value == typeof(long) ? "a whole number"
            : value == typeof(double) ? "a number"
            : value == typeof(bool) ? "true or false"
            : "a value of the kind that --help shows";
    }

    [GeneratedRegex("^Cannot parse argument '(.*)' for ", RegexOptions.Singleline)]
    private static partial Regex Unreadable();
}
