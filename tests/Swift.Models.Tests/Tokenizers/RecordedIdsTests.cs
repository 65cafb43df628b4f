using System.Text.Json;
using Swift.Models.Tokenizers;

namespace Swift.Models.Tests.Tokenizers;

/// <summary>
/// What Hugging Face's JavaScript engine made of texts with <see cref="SmallTokenizers"/>, recorded so that it is compared where the engine is absent.
/// With <c>SWIFT_RECORD=1</c> the test that has the engine writes the record anew.
/// </summary>
public sealed class RecordedIdsTests
{
    private const string FileName = "recorded-ids.jsonl";

    private sealed record Entry(string Tokenizer, string Text, int[] Ids);

    public static TheoryData<string> Names => [.. SmallTokenizers.Names];

    private static string RecordPath { get; } = Path.Combine(SharedData.Repository(), "tests", "Swift.Models.Tests", "Tokenizers", FileName);

    [Theory]
    [MemberData(nameof(Names))]
    public void Recorded_ids_of_Hugging_Faces_engine_come_out(string name)
    {
        using var folder = new TemporaryFolder();
        SmallTokenizers.Write(name, folder.Path);
        var tokenizer = TokenizerFile.Load(folder.Path);
        var entries = Record().Where(entry => entry.Tokenizer == name).ToList();
        entries.Count.ShouldBe(Texts(name).Count);
        foreach (var entry in entries) tokenizer.Encode(entry.Text).ShouldBe(entry.Ids, entry.Text);
    }

    [Fact]
    public void The_record_is_what_Hugging_Faces_engine_says()
    {
        ComparisonEngines.Require("node_modules", "@huggingface", "tokenizers");
        List<string> lines = [];
        foreach (var name in SmallTokenizers.Names)
        {
            using var folder = new TemporaryFolder();
            SmallTokenizers.Write(name, folder.Path);
            var texts = Texts(name);
            var results = ComparisonEngines.Run("tokens.mjs", texts.Select(ComparisonEngines.Json), folder.Path).Lines;
            results.Length.ShouldBe(texts.Count);
            lines.AddRange(texts.Zip(results, (text, result) => $$"""{"tokenizer": "{{name}}", "text": {{ComparisonEngines.Json(text)}}, "ids": {{JsonDocument.Parse(result).RootElement.GetProperty("ids").GetRawText()}}}"""));
        }
        if (Environment.GetEnvironmentVariable("SWIFT_RECORD") == "1") File.WriteAllLines(RecordPath, lines);
        else File.ReadAllLines(RecordPath).ShouldBe(lines);
    }

    /// <summary>
    /// Without the two characters that JavaScript's white space has differently, for GPT-2's step there uses it as it is; and for BERT without
    /// characters beyond the basic plane, of which that engine looks at the first half only.
    /// </summary>
    private static List<string> Texts(string tokenizer) =>
    [
        .. Enumerable.Range(0, 40).Select(RandomText.Create)
            .Select(text => string.Concat(text.Where(unit => unit is not ('\u0085' or '\uFEFF') && (tokenizer != "wordpiece" || !char.IsSurrogate(unit))))),
    ];

    private static IEnumerable<Entry> Record() => File.ReadLines(RecordPath).Select(line => JsonSerializer.Deserialize<Entry>(line, JsonSerializerOptions.Web)!);
}
