using System.Text.Json;
using System.Text.RegularExpressions;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Arithmetic;
using Swift.Data.Datasets;

namespace Swift.Data.Tests.Arithmetic;

public sealed partial class ArithmeticProblemsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private (IReadOnlyList<DataRow> Train, IReadOnlyList<DataRow> Test) Write(ArithmeticOptions options)
    {
        var (train, test) = (_folder.PathOf("train.jsonl"), _folder.PathOf("test.jsonl"));
        ArithmeticProblems.Write(train, test, options);
        return (Read(train), Read(test));
    }

    private static IReadOnlyList<DataRow> Read(string path) => DatasetReader.Load(
        [DatasetFile.Parse(path)], new DataSpec { Dataset = [path], DatasetShuffle = false, Strict = true }, RowUse.Learn, 1, CancellationToken.None).Rows;

    [GeneratedRegex("^<think>(.*?)</think><answer>(-?\\d+)</answer>$")]
    private static partial Regex Demonstration();

    [GeneratedRegex(@"(\d+) ([+-]) (\d+) = (\d+)")]
    private static partial Regex Step();

    [Fact]
    public void Train_and_test_share_no_problem_whatever_the_seeds()
    {
        // The worked steps hold the kind of problem and its numbers, whatever the wording.
        var (train, _) = Write(new ArithmeticOptions { Seed = 1, Train = 5000, Test = 10, LargestNumber = 12, UnworkedShare = 0 });
        var (_, test) = Write(new ArithmeticOptions { Seed = 2, Train = 10, Test = 200, LargestNumber = 12 });
        test.Select(row => row.Response).Intersect(train.Select(row => row.Response)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_worked_step_is_right_and_leads_to_the_solution()
    {
        var (train, test) = Write(new ArithmeticOptions { Train = 500, Test = 100 });
        foreach (var row in train.Concat(test))
        {
            var demonstration = Demonstration().Match(row.Response!);
            demonstration.Success.ShouldBeTrue(row.Response);
            demonstration.Groups[2].Value.ShouldBe(row.Solution);
            var steps = Step().Matches(demonstration.Groups[1].Value);
            foreach (Match step in steps)
            {
                var (left, right) = (int.Parse(step.Groups[1].Value), int.Parse(step.Groups[3].Value));
                (step.Groups[2].Value == "+" ? left + right : left - right).ShouldBe(int.Parse(step.Groups[4].Value));
            }

            if (steps.Count > 0)
                steps[^1].Groups[4].Value.ShouldBe(row.Solution);
        }
    }

    [Theory]
    [InlineData(0.0, 0, 0)]
    [InlineData(0.6, 500, 700)]
    [InlineData(1.0, 1000, 1000)]
    public void The_share_of_unworked_demonstrations_is_as_asked(double share, int least, int most)
    {
        var (train, test) = Write(new ArithmeticOptions { Train = 1000, Test = 50, UnworkedShare = share });
        train.Count(row => !Step().IsMatch(row.Response!)).ShouldBeInRange(least, most);
        test.ShouldAllBe(row => Step().IsMatch(row.Response!));
    }

    [Fact]
    public void Same_options_give_the_same_bytes_and_another_seed_does_not()
    {
        byte[] Bytes(long seed)
        {
            Write(new ArithmeticOptions { Seed = seed, Train = 50, Test = 20 });
            return [.. File.ReadAllBytes(_folder.PathOf("train.jsonl")), .. File.ReadAllBytes(_folder.PathOf("test.jsonl"))];
        }

        Bytes(5).ShouldBe(Bytes(5));
        Bytes(6).ShouldNotBe(Bytes(5));
    }

    [Fact]
    public void Rows_hold_messages_and_the_solution()
    {
        Write(new ArithmeticOptions { Train = 5, Test = 5 });
        using var row = JsonDocument.Parse(File.ReadLines(_folder.PathOf("train.jsonl")).First());
        row.RootElement.EnumerateObject().Select(p => p.Name).ShouldBe(["messages", "solution"]);
    }

    [Fact]
    public void Questions_of_a_file_are_unique()
    {
        var (train, test) = Write(new ArithmeticOptions { Train = 2000, Test = 100, LargestNumber = 10 });
        train.Select(row => row.Prompt[0].Content).Distinct().Count().ShouldBe(train.Count);
        test.Select(row => row.Prompt[0].Content).Distinct().Count().ShouldBe(test.Count);
    }

    [Theory]
    [InlineData(0, 10, 20, 0.5)]
    [InlineData(10, 0, 20, 0.5)]
    [InlineData(10, 10, 3, 0.5)]
    [InlineData(10, 10, 20, 1.5)]
    [InlineData(10, 5000, 4, 0.5)]
    public void Impossible_options_are_refused(int train, int test, int largest, double share) =>
        Should.Throw<SwiftException>(() => Write(new ArithmeticOptions { Train = train, Test = test, LargestNumber = largest, UnworkedShare = share }))
            .Reason.Code.ShouldBe("arithmetic_options_invalid");
}
