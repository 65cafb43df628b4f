using Swift.Models.ChatTemplates.Jinja.Values;

namespace Swift.Models.ChatTemplates.Jinja.Library;

internal delegate object? Filter(Rendering rendering, object? input, Arguments arguments);

/// <summary>The filters of Jinja 3, but for those that make HTML or draw at random.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Filter> All = new(StringComparer.Ordinal)
    {
        ["abs"] = (_, input, _) => NumberFilters.Abs(input),
        ["attr"] = (_, input, arguments) => Members.Attribute(input, PythonText.Str(arguments.Require(0, "name"))),
        ["batch"] = ItemFilters.Batch,
        ["capitalize"] = (_, input, _) => StringMethods.Capitalize(PythonText.Str(input)),
        ["center"] = TextFilters.Center,
        ["count"] = (_, input, _) => Iteration.Length(input),
        ["d"] = Default,
        ["default"] = Default,
        ["dictsort"] = ItemFilters.DictSort,
        ["e"] = (_, input, _) => TextFilters.Escape(PythonText.Str(input)),
        ["escape"] = (_, input, _) => TextFilters.Escape(PythonText.Str(input)),
        ["first"] = (rendering, input, _) => Iteration.Of(input, rendering).DefaultIfEmpty(new Undefined("the first item of an empty sequence")).First(),
        ["float"] = (_, input, arguments) => NumberFilters.Float(input, arguments),
        ["forceescape"] = (_, input, _) => TextFilters.Escape(PythonText.Str(input)),
        ["format"] = (rendering, input, arguments) => PythonFormat.Percent(PythonText.Str(input), JinjaList.Tuple([.. arguments.Positional]), rendering),
        ["groupby"] = ItemFilters.GroupBy,
        ["indent"] = TextFilters.Indent,
        ["int"] = (_, input, arguments) => NumberFilters.Int(input, arguments),
        ["items"] = (_, input, _) => input is JinjaDictionary dictionary ? CollectionMethods.Items(dictionary) : input is Undefined ? new JinjaList() : throw JinjaException.Failed("Can only get item pairs from a mapping."),
        ["join"] = ItemFilters.Join,
        ["last"] = (rendering, input, _) => Iteration.Of(input, rendering).DefaultIfEmpty(new Undefined("the last item of an empty sequence")).Last(),
        ["length"] = (_, input, _) => Iteration.Length(input),
        ["list"] = (rendering, input, _) => new JinjaList(Iteration.Of(input, rendering)),
        ["lower"] = (_, input, _) => PythonText.Str(input).ToLowerInvariant(),
        ["map"] = ItemFilters.Map,
        ["max"] = (rendering, input, arguments) => ItemFilters.Extreme(rendering, input, arguments, sign: 1),
        ["min"] = (rendering, input, arguments) => ItemFilters.Extreme(rendering, input, arguments, sign: -1),
        ["pprint"] = (_, input, _) => PythonText.Repr(input),
        ["reject"] = (rendering, input, arguments) => ItemFilters.Select(rendering, input, arguments, keep: false),
        ["rejectattr"] = (rendering, input, arguments) => ItemFilters.SelectAttribute(rendering, input, arguments, keep: false),
        ["replace"] = (rendering, input, arguments) => StringMethods.Replace(
            rendering, PythonText.Str(input), PythonText.Str(arguments.Require(0, "old")), PythonText.Str(arguments.Require(1, "new")), arguments.Integer(2, "count", -1)),
        ["reverse"] = ItemFilters.Reverse,
        ["round"] = (_, input, arguments) => NumberFilters.Round(input, arguments),
        ["safe"] = (_, input, _) => PythonText.Str(input),
        ["select"] = (rendering, input, arguments) => ItemFilters.Select(rendering, input, arguments, keep: true),
        ["selectattr"] = (rendering, input, arguments) => ItemFilters.SelectAttribute(rendering, input, arguments, keep: true),
        ["slice"] = ItemFilters.SliceColumns,
        ["sort"] = ItemFilters.Sort,
        ["string"] = (_, input, _) => PythonText.Str(input),
        ["striptags"] = (_, input, _) => TextFilters.StripTags(PythonText.Str(input)),
        ["sum"] = ItemFilters.Sum,
        ["title"] = (_, input, _) => StringMethods.Title(PythonText.Str(input)),
        ["tojson"] = TextFilters.ToJson,
        ["trim"] = (_, input, arguments) => StringMethods.Strip(PythonText.Str(input), arguments.Get(0, "chars"), start: true, end: true),
        ["truncate"] = TextFilters.Truncate,
        ["unique"] = ItemFilters.Unique,
        ["upper"] = (_, input, _) => PythonText.Str(input).ToUpperInvariant(),
        ["urlencode"] = (_, input, _) => Uri.EscapeDataString(PythonText.Str(input)).Replace("%2F", "/", StringComparison.Ordinal),
        ["wordcount"] = (_, input, _) => (long)PythonText.Str(input).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
    };

    public static Filter? Find(string name) => All.GetValueOrDefault(name);

    private static object? Default(Rendering rendering, object? input, Arguments arguments) =>
        input is Undefined || (arguments.Flag(1, "boolean") && !PythonOperators.IsTrue(input)) ? arguments.Get(0, "default_value", "") : input;
}
