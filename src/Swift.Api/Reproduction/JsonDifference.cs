using System.Text.Json;

namespace Swift.Api.Reproduction;

/// <summary>The first place where two JSON values differ, in the order of the first one's members.</summary>
internal static class JsonDifference
{
    private const int LongestValue = 200;

    /// <returns>Null when they are equal.</returns>
    internal static (string Path, string? Before, string? After)? Find(JsonElement? before, JsonElement? after, string path = "")
    {
        if (before is not { } a || after is not { } b)
        {
            return before is null && after is null ? null : (path, Text(before), Text(after));
        }
        if (a.ValueKind == JsonValueKind.Object && b.ValueKind == JsonValueKind.Object)
        {
            var names = a.EnumerateObject().Select(member => member.Name).Union(b.EnumerateObject().Select(member => member.Name));
            return names.Select(name => Find(Member(a, name), Member(b, name), path.Length == 0 ? name : $"{path}.{name}")).FirstOrDefault(found => found is not null);
        }
        if (a.ValueKind == JsonValueKind.Array && b.ValueKind == JsonValueKind.Array)
        {
            var (x, y) = (a.GetArrayLength(), b.GetArrayLength());
            for (var i = 0; i < Math.Max(x, y); i++)
            {
                if (Find(i < x ? a[i] : null, i < y ? b[i] : null, $"{path}[{i}]") is { } found)
                {
                    return found;
                }
            }
            return null;
        }
        return a.ValueKind == b.ValueKind && a.GetRawText() == b.GetRawText() ? null : (path, Text(a), Text(b));
    }

    internal static string? Text(JsonElement? value) => value is null ? null : Shorten(value.Value.GetRawText());

    internal static string Shorten(string text) => text.Length <= LongestValue ? text : text[..LongestValue] + "…";

    private static JsonElement? Member(JsonElement value, string name) => value.TryGetProperty(name, out var member) ? member : null;
}
