using System.CommandLine;
using Swift.Cli.Commands.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Cli.Commands.Registry;

/// <summary><c>swift models register</c></summary>
internal sealed class RegisterModelCommand : SwiftCommand
{
    private readonly Argument<string> _name = ModelArguments.Name();
    private readonly Argument<string> _experiment = ExperimentArgument.Create();
    private readonly Option<string> _stage = new("--stage") { Description = "The stage that made it. Default: the last one that made a model" };
    private readonly Option<string> _description = new("--description") { Description = "For people" };

    public RegisterModelCommand() : base("register", "Makes the model of an experiment a new version of a registered model")
    {
        Add(_name);
        Add(_experiment);
        Add(_stage);
        Add(_description);
    }

    protected override async Task<int> RunAsync(CommandRun run, CancellationToken ct)
    {
        var experiment = await run.ExperimentIdAsync(_experiment, ct);
        var version = await run.Api.RegisterModel(
            new RegisterModel(run.GetRequired(_name), experiment, run.Get(_stage), run.Get(_description)), ct);
        run.Output.ResultText(version, v => $"{v.Name}@{v.Version}  {v.Model.Digest}");
        return ExitCode.Done;
    }
}
