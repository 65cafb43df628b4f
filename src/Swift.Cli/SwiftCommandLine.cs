using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Swift.Cli.Commands.Artifacts;
using Swift.Cli.Commands.Audit;
using Swift.Cli.Commands.Data;
using Swift.Cli.Commands.Demo;
using Swift.Cli.Commands.Diagnosis;
using Swift.Cli.Commands.Experiments;
using Swift.Cli.Commands.Keys;
using Swift.Cli.Commands.Lineage;
using Swift.Cli.Commands.Models;
using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Commands.Registry;
using Swift.Cli.Commands.Schedules;
using Swift.Cli.Commands.Serving;
using Swift.Cli.Commands.Templates;
using Swift.Cli.Commands.Webhooks;

namespace Swift.Cli;

/// <summary>The tree of commands, and what a process of it ends with.</summary>
internal static class SwiftCommandLine
{
    private const string Examples = """

        Examples:
          swift demo --quick                         the whole way in a minute: train, align, evaluate, export, ask
          swift up                                   start everything in one process, with a database of its own
          swift run pipeline.yaml                    submit a pipeline and watch it
          swift experiments show latest              what became of it
          swift infer --model model.gguf --prompt "Once upon a time" --temperature 0
          swift up --database "Host=db;Username=swift" --bus rabbitmq://swift:secret@broker   with real servers
        """;

    /// <returns>0 = done, 1 = the work failed, 2 = wrong usage, 130 = Ctrl-C.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = CreateRoot().Parse(args is [] ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            // Asking for help on an incomplete command is not a mistake.
            if (parsed.Action is not HelpAction)
            {
                foreach (var error in parsed.Errors)
                    await Console.Error.WriteLineAsync($"swift: {TypingMistake.MessageOf(error)}");
                await Console.Error.WriteLineAsync($"swift: see {CommandPath(parsed)} --help");
                return ExitCode.WrongUsage;
            }
        }
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // A host needs a few seconds to let its segment go and its database close.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        });
    }

    internal static RootCommand CreateRoot()
    {
        RootCommand root = new("Fine-tunes, aligns, evaluates, exports and serves language models, and remembers everything it did.")
        {
            GlobalOptions.Json,
            GlobalOptions.Url,
            GlobalOptions.ApiKey,
            new DemoCommand(),
            new UpCommand(),
            new ApiCommand(),
            new WorkerCommand(),
            new RunPipeline(),
            new ExperimentsGroup(),
            new PipelinesGroup(),
            new ModelsGroup(),
            new ScheduleGroup(),
            new ArtifactsGroup(),
            new AuditGroup(),
            new ShowLineage(),
            new KeysGroup(),
            new WebhooksGroup(),
            new Infer(),
            new MeasurePerplexity(),
            new DatasetGroup(),
            new TokenizerGroup(),
            new Tokenize(),
            new TemplateGroup(),
            new ListWorkers(),
            new Doctor(),
        };
        AddExamples(root);
        return root;
    }

    private static void AddExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, root);
    }

    private static string CommandPath(ParseResult parsed)
    {
        List<string> names = [];
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, result.Command is RootCommand ? "swift" : result.Command.Name);
        return string.Join(' ', names);
    }

    /// <summary>The help of the root ends with examples.</summary>
    private sealed class HelpWithExamples(HelpAction usual, RootCommand root) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = usual.Invoke(parseResult);
            if (parseResult.CommandResult.Command == root)
                parseResult.InvocationConfiguration.Output.WriteLine(Examples);
            return exitCode;
        }

        public override bool ClearsParseErrors => true;
    }
}
