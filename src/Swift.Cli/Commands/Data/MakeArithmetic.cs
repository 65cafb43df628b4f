using System.CommandLine;
using Swift.Data.Arithmetic;

namespace Swift.Cli.Commands.Data;

/// <summary><c>swift dataset arithmetic</c></summary>
internal sealed class MakeArithmetic : SwiftCommand
{
    private static readonly ArithmeticOptions Defaults = new();

    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for train.jsonl and test.jsonl", HelpName = "DIR", Required = true };
    private readonly Option<int> _train = new("--train") { Description = "Rows to learn from", DefaultValueFactory = _ => Defaults.Train };
    private readonly Option<int> _test = new("--test") { Description = "Rows held out; no problem is in both files", DefaultValueFactory = _ => Defaults.Test };
    private readonly Option<long> _seed = new("--seed") { Description = "The same seed writes the same bytes", DefaultValueFactory = _ => Defaults.Seed };
    private readonly Option<int> _largest = new("--largest_number") { Description = "Numbers go from 2 to this", DefaultValueFactory = _ => Defaults.LargestNumber };
    private readonly Option<double> _unworked = new("--unworked_share")
    {
        Description = "Share of the training rows that state the answer without the steps",
        DefaultValueFactory = _ => Defaults.UnworkedShare,
    };

    public MakeArithmetic() : base("arithmetic", "Writes arithmetic word problems to learn from, and others to be tested on")
    {
        Add(_output);
        Add(_train);
        Add(_test);
        Add(_seed);
        Add(_largest);
        Add(_unworked);
    }

    protected override Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(run.GetRequired(_output)).FullName;
        Files files = new(Path.Combine(folder, "train.jsonl"), Path.Combine(folder, "test.jsonl"));
        ArithmeticProblems.Write(files.Train, files.Test, new ArithmeticOptions
        {
            Train = run.Get(_train),
            Test = run.Get(_test),
            Seed = run.Get(_seed),
            LargestNumber = run.Get(_largest),
            UnworkedShare = run.Get(_unworked),
        });
        run.Output.ResultText(files, f => $"{f.Train}\n{f.Test}");
        return Task.FromResult(ExitCode.Done);
    }

    private sealed record Files(string Train, string Test);
}
