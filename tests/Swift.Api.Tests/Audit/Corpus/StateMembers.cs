using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Api.Audit.Canonical;

namespace Swift.Api.Tests.Audit.Corpus;

/// <summary>The members that a state consists of: <c>stages[].step</c>.</summary>
internal static class StateMembers
{
    internal static IEnumerable<string> Of(JsonElement value, string path = "") => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Of(member.Value, $"{path}.{member.Name}").Prepend($"{path}.{member.Name}")),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Of(item, path + "[]")),
        _ => [],
    };

    /// <summary>The digest of a state without what is not among the members.</summary>
    internal static string Digest(JsonElement state, IReadOnlySet<string> members)
    {
        var kept = JsonNode.Parse(state.GetRawText());
        Prune(kept, "", members);
        return CanonicalJson.Digest(JsonSerializer.SerializeToElement(kept));
    }

    private static void Prune(JsonNode? node, string path, IReadOnlySet<string> members)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var added in fields.Select(field => field.Key).Where(name => !members.Contains($"{path}.{name}")).ToList()) fields.Remove(added);
                foreach (var (name, value) in fields) Prune(value, $"{path}.{name}", members);
                break;
            case JsonArray items:
                foreach (var item in items) Prune(item, path + "[]", members);
                break;
        }
    }
}
