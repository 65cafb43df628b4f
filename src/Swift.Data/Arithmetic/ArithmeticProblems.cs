using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Data.Randomness;

namespace Swift.Data.Arithmetic;

/// <summary>Writes arithmetic word problems to learn from: a training file and a held-out file that share no problem.</summary>
public static class ArithmeticProblems
{
    /// <summary>
    /// Writes both files as JSON lines: <c>messages</c> (question; <c>&lt;think&gt;…&lt;/think&gt;&lt;answer&gt;…&lt;/answer&gt;</c>) and <c>solution</c> (the number).
    /// The bytes depend on the options only. Questions are unique in a file; problems (kind and numbers) are unique in the held-out file.
    /// </summary>
    /// <exception cref="SwiftException">Bad input <c>arithmetic_options_invalid</c>, also when there are not so many problems.</exception>
    public static void Write(string trainPath, string testPath, ArithmeticOptions options)
    {
        Check(options);
        Write(trainPath, Draw(options, heldOut: false), problem =>
            Share(problem.Question) < options.UnworkedShare ? problem.UnworkedSolution : problem.WorkedSolution);
        Write(testPath, Draw(options, heldOut: true), problem => problem.WorkedSolution);
    }

    private static void Check(ArithmeticOptions options)
    {
        if (options.Train < 1 || options.Test < 1)
            throw Invalid("train and test must be 1 or more");
        if (options.LargestNumber is < 4 or > 99)
            throw Invalid("the largest number must be 4 to 99");
        if (options.UnworkedShare is not (>= 0 and <= 1))
            throw Invalid("the unworked share must be 0 to 1");
    }

    private static IEnumerable<ArithmeticProblem> Draw(ArithmeticOptions options, bool heldOut)
    {
        var random = new RandomStream(options.Seed, heldOut ? "arithmetic-test" : "arithmetic-train");
        var seen = new HashSet<string>();
        var wanted = heldOut ? options.Test : options.Train;
        var misses = 0;
        while (seen.Count < wanted)
        {
            var problem = ArithmeticProblem.Draw(random, options.LargestNumber);
            if (problem.HeldOut == heldOut && seen.Add(heldOut ? problem.Key : problem.Question))
            {
                misses = 0;
                yield return problem;
            }
            else if (++misses > 10_000)
            {
                throw Invalid(string.Create(CultureInfo.InvariantCulture,
                    $"with numbers up to {options.LargestNumber} there are only about {seen.Count} problems for the {(heldOut ? "test" : "train")} file, {wanted} were asked for"));
            }
        }
    }

    private static double Share(string question) => (StableHash.Fnv1A(Encoding.UTF8.GetBytes(question)) >> 11) * (1.0 / (1ul << 53));

    private static void Write(string path, IEnumerable<ArithmeticProblem> problems, Func<ArithmeticProblem, string> solution)
    {
        using var stream = File.Create(path);
        foreach (var problem in problems)
        {
            var row = new Row(
                [new Turn("user", problem.Question), new Turn("assistant", solution(problem))],
                problem.Answer.ToString(CultureInfo.InvariantCulture));
            JsonSerializer.Serialize(stream, row, SwiftJson.Options);
            stream.WriteByte((byte)'\n');
        }
    }

    private static SwiftException Invalid(string what) =>
        SwiftException.BadInput("arithmetic_options_invalid", $"Arithmetic problems: {what}.");

    private sealed record Row(
        [property: JsonPropertyOrder(0)] IReadOnlyList<Turn> Messages, [property: JsonPropertyOrder(1)] string Solution);

    private sealed record Turn(string Role, string Content);
}
