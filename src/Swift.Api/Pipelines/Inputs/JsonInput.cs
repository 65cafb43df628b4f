using System.Text.Json;

namespace Swift.Api.Pipelines.Inputs;

/// <summary>JSON files of a user.</summary>
internal static class JsonInput
{
    /// <returns>Null with <paramref name="problem"/> set when the file is no JSON. The caller disposes it.</returns>
    public static JsonDocument? Parse(string path, out string? problem)
    {
        try
        {
            using var stream = File.OpenRead(path);
            problem = null;
            return JsonDocument.Parse(stream);
        }
        catch (JsonException broken)
        {
            problem = $"{path} is not valid JSON (line {broken.LineNumber + 1}).";
            return null;
        }
    }

    /// <summary>The highest whole number that is a value of an object; -1 where there is none.</summary>
    public static int HighestNumber(JsonElement element)
    {
        var highest = -1;
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var entry in element.EnumerateObject())
                if (entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt32(out var number)) highest = Math.Max(highest, number);
        return highest;
    }
}
