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
        ["ignore_empty_think"] = new(
            new(@"^<think>\s*</think>\s*", 0), new(@"^</think>\s*", 0), new(@"^<\|channel>thought\n<channel\|>", 0), new(@"^</mm:think>\s*", 0),
            new(@"^<seed:think><seed:cot_budget_reflect>The current thinking budget is 0, so I will directly start answering the question.</seed:cot_budget_reflect>\n</seed:think>\s*", 0)),
        ["ignore_think_prefix"] = new(new Rule(@"^<think>\n?", 0)),
        ["react"] = new(Reasoning),
        ["alpha_umi"] = new([.. Reasoning, Rule.Keyword("Next:", 2, 2)]),
        ["hermes"] = new(new Rule("<tool_call>.+?</tool_call>", 2)),
        ["qwen"] = new(
            Rule.Keyword("✿FUNCTION✿:", 2, 2), Rule.Keyword("✿ARGS✿:", 2, 2), Rule.Keyword("✿RETURN✿:", 1, 1), Rule.Keyword("✿RESULT✿:", 2, 0)),
        ["agentflan"] = new(
        [
            .. new[] { "Name:", "Action:", "ACTION:", "Tool:", "Command", "Arguments:", "action input", "ACTION_INPUT:", "Action Input:" }.Select(word => Rule.Keyword(word, 1, 3)),
            Rule.Keyword("Thought:", 1, 1), Rule.Keyword("Final Answer:", 1, 1), Rule.Keyword("Observation:", 2, 0),
        ])
        {
            Questions = ["What is the tool you want to use", "What are the required parameter names", "What is the value of"],
            AnswerWeight = 3,
        },
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

    /// <summary>What the answer to counts by <see cref="AnswerWeight"/> as a whole.</summary>
    private string[] Questions { get; init; } = [];

    private float AnswerWeight { get; init; } = 1;

    /// <param name="name">One of <see cref="Contracts.Pipelines.LossScaleName.KnownModifiers"/> that needs no rules.</param>
    public static LossModifier Of(string name) => ByName[name];

    /// <summary>A modifier of a specification's own rules. Where two begin at one place, the longer counts: what stores a specification may put its keys into another order.</summary>
    /// <param name="rules">Rules that <see cref="Contracts.Pipelines.LossScaleName.ProblemOf"/> finds nothing wrong with.</param>
    public static LossModifier Of(IReadOnlyDictionary<string, IReadOnlyList<double>> rules) => new(
    [
        .. rules.OrderByDescending(rule => rule.Key.Length).ThenBy(rule => rule.Key, StringComparer.Ordinal)
            .Select(rule => rule.Value is [var own, var following] ? Rule.Keyword(rule.Key, (float)own, (float)following) : new Rule(rule.Key, (float)rule.Value[0])),
    ]);

    /// <summary>Multiplies the weights of the characters of an answer.</summary>
    /// <param name="asked">What it is the answer to; null when that is not known.</param>
    /// <param name="weights">[text length]</param>
    public void Weigh(string text, string? asked, Span<float> weights)
    {
        if (asked is not null && Questions.Any(question => asked.Contains(question, StringComparison.Ordinal)))
        {
            Multiply(weights, AnswerWeight);
            return;
        }

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
