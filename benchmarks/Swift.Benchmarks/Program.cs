using System.CommandLine;
using Swift.Benchmarks;

RootCommand root = new("Measures Swift. Numbers depend on the machine; compare those of one machine only.")
{
    TrainingBenchmark.CreateCommand(),
    TokenizerBenchmark.CreateCommand(),
    PackingBenchmark.CreateCommand(),
    StreamingBenchmark.CreateCommand(),
    EncodingBenchmark.CreateCommand(),
    EventStoreBenchmark.CreateCommand(),
    AuditBenchmark.CreateCommand(),
    ControlPlaneBenchmark.CreateCommand(),
    ScaleBenchmark.CreateCommand(),
};
return await root.Parse(args is [] ? ["--help"] : args).InvokeAsync();
