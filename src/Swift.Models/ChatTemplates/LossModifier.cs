using System.Text.RegularExpressions;

namespace Swift.Models.ChatTemplates;

/// <summary>
/// Weighs parts of what the assistant writes, by patterns. Names and weights are those of ms-swift's files; the method is ModelScope-Agent's
/// (arXiv:2309.00986): the parts of an agent's answer that decide its action count more, what a tool answered does not count.
/// </summary>
internal sealed class LossModifier
{
    private static readonly Rule[] Reasoning =
    [
        Rule.Keyword("Action:", 2, 2), Rule.Keyword("Action Input:", 2, 2), Rule.Keyword("Thought:", 1, 1), Rule.Keyword("Final Answer:", 1, 1),
        Rule.Keyword("Observation:", 2, 0),
    ];

    private static readonly Dictionary<string, LossModifier> ByName = new()
    {
        ["ignore_empty_think"] = new(new(@"^<think>\s*</think>\s*", 0), new(@"^</think>\s*", 0), new(@"^<\|channel>thought\n<channel\|>", 0)),
        ["ignore_think_prefix"] = new(new Rule(@"^<think>\n?", 0)),
        ["react"] = new(Reasoning),
        ["alpha_umi"] = new([.. Reasoning, Rule.Keyword("Next:", 2, 2)]),
        ["hermes"] = new(new Rule("<tool_call>.+?</tool_call>", 2)),
        ["qwen"] = new(
            Rule.Keyword("✿FUNCTION✿:", 2, 2), Rule.Keyword("✿ARGS✿:", 2, 2), Rule.Keyword("✿RETURN✿:", 1, 1), Rule.Keyword("✿RESULT✿:", 2, 0)),
    };

    private readonly Rule[] _rules;
    private readonly Regex _anyRule;

    private LossModifier(params Rule[] rules)
    {
        _rules = rules;
        _anyRule = new Regex(
            string.Join('|', rules.Select((rule, i) => $"(?<r{i}>{rule.Pattern})")),
            RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <param name="name">One of <see cref="Swift.Contracts.Pipelines.LossScaleName.KnownModifiers"/>.</param>
    public static LossModifier Of(string name) => ByName[name];

    /// <summary>Multiplies the weights of the characters of an answer.</summary>
    /// <param name="weights">[text length]</param>
    public void Weigh(string text, Span<float> weights)
    {
        var (at, following) = (0, 1f);
        foreach (Match match in _anyRule.Matches(text))
        {
            Multiply(weights[at..match.Index], following);
            var rule = _rules[Enumerable.Range(0, _rules.Length).First(i => match.Groups[$"r{i}"].Success)];
            at = match.Index + match.Length;
            Multiply(weights[match.Index..at], rule.Weight);
            following = rule.Following;
        }

        Multiply(weights[at..], following);
    }

    private static void Multiply(Span<float> weights, float factor)
    {
        foreach (ref var weight in weights)
            weight *= factor;
    }

    /// <param name="Weight">Of what matches.</param>
    /// <param name="Following">Of what comes behind it, up to the next match.</param>
    private sealed record Rule(string Pattern, float Weight, float Following = 1)
    {
        public static Rule Keyword(string word, float weight, float following) => new(Regex.Escape(word), weight, following);
    }
}
