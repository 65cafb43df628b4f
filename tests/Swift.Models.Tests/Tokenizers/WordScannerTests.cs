using Swift.Models.Tokenizers.PreTokenizers;

namespace Swift.Models.Tests.Tokenizers;

public sealed class WordScannerTests
{
    /// <summary>What the patterns tell apart, so that short texts meet every combination.</summary>
    private static readonly string[] Characters = ["'", "s", "S", "\u017F", "l", "e", "r", "é", "中", "\uD801\uDC37", "1", "²", "\uD835\uDFD8", " ", "\t", "\u00A0", "\u2028", "\u0085", "\n", "\r", "!", "_", "\u0301", "\uD83D\uDC4D", "\uD83D", "\uFEFF", "\0"];

    [Theory]
    [InlineData(WordPatterns.Qwen2)]
    [InlineData(WordPatterns.Llama3)]
    public void It_cuts_as_the_regular_expression_does(string pattern)
    {
        var (scanner, regex) = (WordScanner.Of(pattern)!, new CodePointRegex(pattern));
        var random = new Random(1);
        IEnumerable<string> texts = Enumerable.Range(0, 20_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Characters[random.Next(Characters.Length)])))
            .Concat(Enumerable.Range(0, 2000).Select(RandomText.Create)).Concat(Enumerable.Range(0, 300).Select(RandomText.CreateWithLoneSurrogates)).Concat(RandomText.EveryBlock());
        foreach (var text in texts)
        {
            List<(int, int)> ours = [], expected = [];
            scanner.Match(text, 0, text.Length, ours);
            regex.Match(text, 0, text.Length, expected);
            ours.ShouldBe(expected, ComparisonEngines.Json(text));
        }
    }

    [Fact]
    public void A_part_of_a_text_is_cut_as_if_it_stood_alone()
    {
        var matches = new List<(int Start, int Length)>();
        WordScanner.Of(WordPatterns.Qwen2)!.Match("xx hello  world", 2, 8, matches);
        matches.ShouldBe([(2, 6), (8, 2)]);
    }

    [Fact]
    public void Another_pattern_has_no_scanner() => WordScanner.Of(@"\s+").ShouldBeNull();
}
