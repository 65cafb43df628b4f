using Swift.Inference.Engine;

namespace Swift.Inference.Tests.Engine;

public sealed class StopTextFilterTests
{
    [Theory]
    [InlineData("one two three", "", "one two three")]
    [InlineData("one two three", "two", "one ")]
    [InlineData("one two three", "tw,two", "one ")]
    [InlineData("aab", "ab", "a")]
    [InlineData("abcabd", "abd", "abc")]
    [InlineData("xyzend", "z", "xy")]
    [InlineData("abcd", "bcd,c", "ab")]
    [InlineData("abcd", "cd,bcd", "a")]
    [InlineData("nothing here", "there", "nothing here")]
    public void The_text_ends_before_the_match_that_is_complete_first_however_it_arrives(string text, string stops, string expected)
    {
        var stopTexts = stops.Split(',', StringSplitOptions.RemoveEmptyEntries);
        for (var size = 1; size <= text.Length; size++)
        {
            // In pieces of more than one character two stop texts may be complete at once; the earlier end counts.
            var filter = new StopTextFilter(stopTexts);
            var result = "";
            for (var at = 0; at < text.Length && !filter.Stopped; at += size)
                result += filter.Add(text[at..Math.Min(text.Length, at + size)]);
            if (!filter.Stopped)
                result += filter.Flush();
            result.ShouldBe(expected, $"pieces of {size}");
        }
    }

    [Fact]
    public void Only_what_could_become_a_stop_text_is_held_back()
    {
        var filter = new StopTextFilter(["END"]);
        filter.Add("abcE").ShouldBe("ab");
        filter.Add("N").ShouldBe("c");
        filter.Add("x").ShouldBe("E");
        filter.Flush().ShouldBe("Nx");
    }
}
