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
            "{name} has {a} {things}, finds {b} and gets {c} from {other}. How many now?",
            "A box holds {a} {things}. {name} adds {b}, {other} adds {c}. How many are in it?",
            "{name} picked {a} {things} on Monday, {b} on Tuesday and {c} on Friday. How many in all?",
        ]),
        new("gain-loss", '+', '-',
        [
            "{name} has {a} {things}, buys {b} and gives {c} to {other}. How many are left?",
            "A shop has {a} {things}, gets {b} and sells {c}. How many does it have?",
            "{name} counts {a} {things}, {other} brings {b}, then {c} are lost. How many remain?",
        ]),
        new("loss-gain", '-', '+',
        [
            "{name} had {a} {things}, lost {b} and found {c}. How many now?",
            "A table had {a} {things}. {other} took {b}, {name} put {c} back. How many are on it?",
            "A shop had {a} {things}, sold {b} and bought {c}. How many does it have?",
        ]),
        new("loss-loss", '-', '-',
        [
            "{name} has {a} {things}, gives {b} to {other} and loses {c}. How many are left?",
            "From a box of {a} {things} {name} takes {b} and {other} takes {c}. How many remain?",
            "{name} made {a} {things}, sold {b} and gave {c} away. How many are left?",
        ]),
    ];
}
