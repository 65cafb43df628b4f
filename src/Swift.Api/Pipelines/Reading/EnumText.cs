using System.Text.Json;
using Swift.Contracts;

namespace Swift.Api.Pipelines.Reading;

/// <summary>The words of an enum, as specifications spell them.</summary>
internal static class EnumText
{
    public static string Of(Enum value) => JsonSerializer.SerializeToElement(value, value.GetType(), SwiftJson.Options).GetString()!;

    public static IReadOnlyList<string> All(Type type) => [.. Enum.GetValues(type).Cast<Enum>().Select(Of)];
}
