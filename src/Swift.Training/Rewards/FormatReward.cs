using System.Text.RegularExpressions;

namespace Swift.Training.Rewards;

/// <summary><c>format</c>: 1 for <c>&lt;think&gt;…&lt;/think&gt;&lt;answer&gt;…&lt;/answer&gt;</c> and nothing around it, else 0. The expression is ms-swift's.</summary>
public sealed partial class FormatReward : IReward
{
    /// <inheritdoc/>
    public string Name => "format";

    /// <inheritdoc/>
    public double? Score(ScoredCompletion completion) => Format().IsMatch(completion.Text) ? 1 : 0;

    [GeneratedRegex(@"^<think>.*?</think>\s*<answer>.*?</answer>(?![\s\S])", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Format();
}
