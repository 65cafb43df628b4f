using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlText = YamlDotNet.Core.Events.Scalar;

namespace Swift.Api.Pipelines.Reading;

/// <summary>
/// The core schema of YAML 1.2.2 (section 10.3.2): what a scalar means.
/// Unlike YAML 1.1, <c>no</c>, <c>on</c> and <c>1:30</c> are text, and <c>1e-3</c> is a number.
/// </summary>
internal static partial class YamlScalar
{
    /// <summary>The scalar's value; null with <paramref name="problem"/> set when it has none.</summary>
    public static JsonNode? Read(YamlText scalar, out string? problem)
    {
        problem = null;
        var text = scalar.Value;
        if (text.Contains('\0'))
        {
            problem = "Contains the character U+0000, which cannot be stored; remove it.";
            return null;
        }
        var tag = scalar.Tag.IsEmpty ? null : scalar.Tag.Value;
        if (tag is "!" or "tag:yaml.org,2002:str" || (tag is null && scalar.Style != ScalarStyle.Plain)) return JsonValue.Create(text);

        var value = Resolve(text, ref problem, out var type);
        if (tag is null || tag == "tag:yaml.org,2002:" + type) return value;
        if (tag == "tag:yaml.org,2002:float" && type == "int") return value;
        problem = $"The tag {SpecificationPath.Shorten(tag)} does not fit here; remove it.";
        return null;
    }

    private static JsonNode? Resolve(string text, ref string? problem, out string type)
    {
        type = "null";
        if (text is "" or "~" or "null" or "Null" or "NULL") return null;
        type = "bool";
        if (text is "true" or "True" or "TRUE") return JsonValue.Create(true);
        if (text is "false" or "False" or "FALSE") return JsonValue.Create(false);
        type = "int";
        if (Decimal().IsMatch(text))
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? JsonValue.Create(whole)
                : JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture));
        if (Octal().IsMatch(text) || Hexadecimal().IsMatch(text))
        {
            try
            {
                return JsonValue.Create(Convert.ToInt64(text[2..], text[1] == 'o' ? 8 : 16));
            }
            catch (OverflowException)
            {
                problem = $"{SpecificationPath.Shorten(text)} is too large.";
                return null;
            }
        }
        type = "float";
        if (Float().IsMatch(text)) return JsonValue.Create(double.Parse(text, CultureInfo.InvariantCulture));
        if (NotFinite().IsMatch(text))
        {
            problem = $"{text} is not a finite number.";
            return null;
        }
        type = "str";
        return JsonValue.Create(text);
    }

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^0o[0-7]+\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Float();

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z")]
    private static partial Regex NotFinite();
}
