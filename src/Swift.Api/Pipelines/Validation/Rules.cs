using System.Runtime.CompilerServices;
using System.Text.Json;
using Swift.Api.Pipelines.Reading;

namespace Swift.Api.Pipelines.Validation;

/// <summary>
/// Checks the fields of one section. A field's name is taken from the expression that is checked:
/// <c>rules.AtLeast(train.LoggingSteps, 1)</c> speaks of <c>logging_steps</c>.
/// </summary>
internal sealed class Rules(string section, SpecificationErrors errors)
{
    public string Path(string field) => SpecificationPath.Field(section, field);

    /// <summary>An error of a field, unless a field that it was concluded from is already known to be wrong.</summary>
    public void Error(string field, string message, params ReadOnlySpan<string> concludedFrom)
    {
        foreach (var other in concludedFrom)
            if (errors.Knows(Path(other))) return;
        errors.Add(Path(field), message);
    }

    /// <summary>An error of one item of a list.</summary>
    public void ItemError(string field, int index, string message) => errors.Add(SpecificationPath.Item(Path(field), index), message);

    public void AtLeast(double? value, double least, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Require(value is null || value >= least, expression, () => $"Is {value}; write {least} or more.");

    public void Between(double? value, double least, double most, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Require(value is null || (value >= least && value <= most), expression, () => $"Is {value}; write a number from {least} to {most}.");

    public void Positive(double? value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Require(value is null or > 0, expression, () => $"Is {value}; write a number greater than 0.");

    /// <summary>0 ≤ value &lt; 1.</summary>
    public void BelowOne(double value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Require(value is >= 0 and < 1, expression, () => $"Is {value}; write 0 or more and less than 1.");

    /// <summary>0 &lt; value ≤ 1.</summary>
    public void Share(double value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
        Require(value is > 0 and <= 1, expression, () => $"Is {value}; write more than 0 and at most 1.");

    public void Word(string value, [CallerArgumentExpression(nameof(value))] string expression = "")
    {
        var field = FieldOf(expression);
        if (!AllowedWords.Of(field).Contains(value)) errors.Add(Path(field), Unknown(field, value));
    }

    /// <summary>At least one word, each of them known, none twice.</summary>
    public void Words(IReadOnlyList<string> values, [CallerArgumentExpression(nameof(values))] string expression = "")
    {
        var field = FieldOf(expression);
        if (values.Count == 0) errors.Add(Path(field), $"Is empty; write at least one of {string.Join(", ", AllowedWords.Of(field))}.");
        for (var i = 0; i < values.Count; i++)
        {
            var at = SpecificationPath.Item(Path(field), i);
            if (!AllowedWords.Of(field).Contains(values[i])) errors.Add(at, Unknown(field, values[i]));
            else if (values.Take(i).Contains(values[i])) errors.Add(at, $"\"{values[i]}\" is there twice; remove one.");
        }
    }

    private static string Unknown(string field, string value)
    {
        var meant = NameSuggestion.For(value, AllowedWords.Of(field));
        return $"\"{SpecificationPath.Shorten(value)}\" is not known{(meant is null ? "" : $", did you mean {meant}?")}; write one of {string.Join(", ", AllowedWords.Of(field))}.";
    }

    private void Require(bool holds, string expression, Func<string> message)
    {
        if (!holds) errors.Add(Path(FieldOf(expression)), message());
    }

    private static string FieldOf(string expression) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(expression[(expression.LastIndexOf('.') + 1)..]);
}
