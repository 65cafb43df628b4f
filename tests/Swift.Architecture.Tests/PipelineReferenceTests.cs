using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Swift.Contracts;
using Swift.Contracts.Pipelines;

namespace Swift.Architecture.Tests;

/// <summary>docs/pipeline.md tells the truth about the records in Swift.Contracts.Pipelines.</summary>
public sealed partial class PipelineReferenceTests
{
    /// <summary>Heading of a section and the record that it describes.</summary>
    private static readonly Dictionary<string, Type> Sections = new()
    {
        ["The pipeline"] = typeof(PipelineSpec),
        ["`model`"] = typeof(ModelSpec),
        ["`model.config`"] = typeof(ModelConfigSpec),
        ["`stages[]`"] = typeof(StageSpec),
        ["`data`"] = typeof(DataSpec),
        ["`train`"] = typeof(TrainSpec),
        ["`generation`"] = typeof(GenerationSpec),
        ["`grpo`"] = typeof(GrpoSpec),
        ["`eval`"] = typeof(EvalSpec),
        ["`export`"] = typeof(ExportSpec),
        ["`deploy`"] = typeof(DeploySpec),
        ["`register`"] = typeof(RegisterSpec),
    };

    public static TheoryData<string> SectionNames => [.. Sections.Keys];

    [Fact]
    public void Every_record_of_the_specification_has_a_section() =>
        typeof(PipelineSpec).Assembly.GetTypes()
            .Where(t => t.Namespace == typeof(PipelineSpec).Namespace && t.Name.EndsWith("Spec", StringComparison.Ordinal))
            .Except(Sections.Values)
            .ShouldBeEmpty();

    [Theory, MemberData(nameof(SectionNames))]
    public void A_section_names_the_fields_of_its_record_and_no_others(string section) =>
        DocumentedFields(section).Keys.ShouldBe(Fields(Sections[section]).Select(FieldName), ignoreOrder: true);

    [Theory, MemberData(nameof(SectionNames))]
    public void A_section_gives_the_defaults_of_its_record(string section)
    {
        var documented = DocumentedFields(section);
        foreach (var (property, value) in Defaults(Sections[section]))
            documented[FieldName(property)].ShouldBe($"`{JsonSerializer.Serialize(value, SwiftJson.Options)}`", property.Name);
    }

    /// <summary>Fields of a section's table: name → content of the column "Default".</summary>
    private static Dictionary<string, string> DocumentedFields(string section)
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "docs", "pipeline.md"))
            .SkipWhile(l => l != $"## {section}").Skip(1)
            .TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal));
        return lines.Select(l => TableRow().Match(l)).Where(m => m.Success)
            .ToDictionary(m => m.Groups["name"].Value, m => m.Groups["default"].Value.Trim());
    }

    private static IEnumerable<PropertyInfo> Fields(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static string FieldName(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    /// <summary>Properties whose default is a value; what is null is resolved later and described in words.</summary>
    private static IEnumerable<(PropertyInfo Property, object Value)> Defaults(Type record)
    {
        var instance = Activator.CreateInstance(record)!;
        return from property in Fields(record)
               where property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is null
               let value = property.GetValue(instance)
               where value is not null
               select (property, value);
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9_]+)` \|(?<default>[^|]*)\|")]
    private static partial Regex TableRow();
}
