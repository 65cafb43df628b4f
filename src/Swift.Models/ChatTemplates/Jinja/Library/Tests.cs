using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

internal delegate bool Test(object? value, Arguments arguments);

/// <summary>The tests of Jinja 3.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Test> All = new(StringComparer.Ordinal)
    {
        ["boolean"] = (value, _) => value is bool,
        ["callable"] = (value, _) => value is JinjaCallable,
        ["defined"] = (value, _) => value is not Undefined,
        ["divisibleby"] = (value, arguments) => PythonOperators.ToInt32(arguments.Require(0, "num")) is not 0 and var divisor && PythonOperators.ToInt32(value) % divisor == 0,
        ["escaped"] = (_, _) => false,
        ["even"] = (value, _) => PythonOperators.ToInt32(value) % 2 == 0,
        ["odd"] = (value, _) => PythonOperators.ToInt32(value) % 2 != 0,
        ["false"] = (value, _) => value is false,
        ["true"] = (value, _) => value is true,
        ["filter"] = (value, _) => value is string name && Filters.Find(name) is not null,
        ["test"] = (value, _) => value is string name && Find(name) is not null,
        ["float"] = (value, _) => value is double,
        ["integer"] = (value, _) => value is long,
        ["number"] = (value, _) => PythonOperators.AsNumber(value) is not null,
        ["in"] = (value, arguments) => PythonOperators.Contains(arguments.Require(0, "seq"), value),
        ["iterable"] = (value, _) => Iteration.IsIterable(value),
        ["sequence"] = (value, _) => Iteration.IsIterable(value),
        ["mapping"] = (value, _) => value is JinjaDictionary,
        ["string"] = (value, _) => value is string,
        ["lower"] = (value, _) => PythonText.Str(value) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["upper"] = (value, _) => PythonText.Str(value) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
        ["none"] = (value, _) => value is null,
        ["sameas"] = (value, arguments) => IsSame(value, arguments.Require(0, "other")),
        ["undefined"] = (value, _) => value is Undefined,
    };

    static Tests()
    {
        Compare("eq", (left, right) => PythonOperators.AreEqual(left, right), "equalto", "==");
        Compare("ne", (left, right) => !PythonOperators.AreEqual(left, right), "!=");
        Compare("lt", (left, right) => PythonOperators.Compare(left, right) < 0, "lessthan", "<");
        Compare("le", (left, right) => PythonOperators.Compare(left, right) <= 0, "<=");
        Compare("gt", (left, right) => PythonOperators.Compare(left, right) > 0, "greaterthan", ">");
        Compare("ge", (left, right) => PythonOperators.Compare(left, right) >= 0, ">=");
    }

    public static Test? Find(string name) => All.GetValueOrDefault(name);

    private static void Compare(string name, Func<object?, object?, bool> holds, params string[] others)
    {
        foreach (var each in (string[])[name, .. others])
        {
            All.Add(each, (value, arguments) => holds(value, arguments.Require(0, "other")));
        }
    }

    private static bool IsSame(object? first, object? second) => (first, second) switch
    {
        (bool a, bool b) => a == b,
        (long a, long b) => a == b,
        (string a, string b) => a == b,
        _ => ReferenceEquals(first, second),
    };
}
