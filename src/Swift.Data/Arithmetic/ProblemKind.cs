namespace Swift.Data.Arithmetic;

/// <summary>What has to be computed, and ways to ask for it. In a wording {name}, {other}, {things} and the numbers {a}, {b}, {c} are filled in.</summary>
/// <param name="Key">Names the kind; part of what decides whether a problem is held out.</param>
/// <param name="FirstOperator">Between the first two numbers.</param>
/// <param name="SecondOperator">Between that result and the third number.</param>
internal sealed record ProblemKind(string Key, char FirstOperator, char SecondOperator, IReadOnlyList<string> Wordings)
{
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        new("gain-gain", '+', '+',
        [
            "{name} has {a} {things}. {name} finds {b} more and then gets {c} from {other}. How many {things} does {name} have now?",
            "There are {a} {things} in a box. {name} adds {b} and {other} adds {c}. How many {things} are in the box?",
            "{name} picked {a} {things} on Monday, {b} on Tuesday and {c} on Friday. How many {things} is that in all?",
        ]),
        new("gain-loss", '+', '-',
        [
            "{name} has {a} {things}, buys {b} more and gives {c} to {other}. How many {things} are left?",
            "A shop has {a} {things}. It gets {b} more and sells {c}. How many {things} does the shop have?",
            "{name} counts {a} {things} and {other} brings {b} more. Then {c} are lost. How many {things} remain?",
        ]),
        new("loss-gain", '-', '+',
        [
            "{name} had {a} {things}. {name} lost {b} and then found {c}. How many {things} does {name} have now?",
            "There were {a} {things} on a table. {other} took {b} and {name} put {c} back. How many {things} are on the table?",
            "A shop had {a} {things}. It sold {b} and then bought {c}. How many {things} does it have now?",
        ]),
        new("loss-loss", '-', '-',
        [
            "{name} has {a} {things}. {name} gives {b} to {other} and loses {c}. How many {things} are left?",
            "From a box of {a} {things}, {name} takes {b} and {other} takes {c}. How many {things} remain in the box?",
            "{name} made {a} {things}, sold {b} and gave {c} away. How many {things} does {name} still have?",
        ]),
    ];
}
