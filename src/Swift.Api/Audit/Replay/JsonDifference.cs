using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Swift.Api.Audit.Replay;

/// <summary>A value at a path that two JSON documents do not have alike.</summary>
internal readonly record struct JsonChange(string Path, JsonElement? Before, JsonElement? After);

/// <summary>Compares two JSON documents field by field.</summary>
internal static partial class JsonDifference
{
    /// <summary>The deepest places that differ. Objects are compared by member; lists of objects by their <c>name</c>s, or else by place.</summary>
    internal static IEnumerable<JsonChange> Between(JsonElement before, JsonElement after) => Between("", before, after);

    /// <summary>Whether one of the paths is, or lies inside, what the other names.</summary>
    internal static bool Overlap(string path, string other)
    {
        var (longer, shorter) = path.Length >= other.Length ? (path, other) : (other, path);
        return longer.StartsWith(shorter, StringComparison.Ordinal) && (longer.Length == shorter.Length || longer[shorter.Length] is '.' or '[');
    }

    private static IEnumerable<JsonChange> Between(string path, JsonElement? before, JsonElement? after)
    {
        if (before is { } b && after is { } a)
        {
            if (JsonElement.DeepEquals(b, a)) return [];
            if (Members(path, b) is { } left && Members(path, a) is { } right && (b.ValueKind == a.ValueKind))
            {
                return left.Keys.Union(right.Keys).SelectMany(key => Between(key, Find(left, key), Find(right, key)));
            }
        }
        return [new JsonChange(path, before, after)];
    }

    private static JsonElement? Find(Dictionary<string, JsonElement> members, string key) => members.TryGetValue(key, out var value) ? value : null;

    /// <summary>What a value consists of, by path; null when it is compared as a whole.</summary>
    private static Dictionary<string, JsonElement>? Members(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(member => Below(path, member.Name), member => member.Value),
        JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object) => Items(path, [.. value.EnumerateArray()]),
        _ => null,
    };

    private static Dictionary<string, JsonElement> Items(string path, JsonElement[] items)
    {
        var names = items.Select(item => item.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null).ToArray();
        var named = names.All(name => name is not null && Word().IsMatch(name)) && names.Distinct().Count() == names.Length;
        return items.Select((item, index) => (Key: named ? names[index] : index.ToString(CultureInfo.InvariantCulture), item))
            .ToDictionary(pair => $"{path}[{pair.Key}]", pair => pair.item);
    }

    private static string Below(string path, string name) => Word().IsMatch(name)
        ? path.Length == 0 ? name : $"{path}.{name}"
        : $"{path}[{JsonSerializer.Serialize(name, Contracts.SwiftJson.Options)}]";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_-]*$")]
    private static partial Regex Word();
}
