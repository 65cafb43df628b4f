using Swift.Contracts.Artifacts;
using Swift.Contracts.Events;
using Swift.Contracts.Pipelines;

namespace Swift.Api.Tests.Experiments;

/// <summary>Resolved pipelines for tests of decisions, which never see an unresolved one.</summary>
internal static class Pipelines
{
    internal static PipelineSpec Full(bool asyncGenerate = false) => new()
    {
        Name = "full",
        Model = new ModelSpec { Config = new ModelConfigSpec(), Tokenizer = "/t/tokenizer.json" },
        Stages =
        [
            new StageSpec { Kind = StageKind.Prepare, Name = "prepare" },
            new StageSpec
            {
                Kind = StageKind.Sft, Name = "sft", Data = new DataSpec { Dataset = ["/t/train.jsonl#100"] },
                Train = new TrainSpec { MaxSteps = 250, SegmentSteps = 100 },
            },
            Eval("after-sft"),
            new StageSpec
            {
                Kind = StageKind.Grpo, Name = "grpo", Data = new DataSpec { Dataset = ["/t/train.jsonl"] },
                Train = new TrainSpec { MaxSteps = 4 }, Generation = new GenerationSpec(),
                Grpo = new GrpoSpec { RolloutShards = 3, AsyncGenerate = asyncGenerate },
            },
            Eval("after-grpo"),
            new StageSpec { Kind = StageKind.Export, Name = "export", Export = new ExportSpec() },
            new StageSpec { Kind = StageKind.Deploy, Name = "deploy", Deploy = new DeploySpec { ServedModelName = "full" } },
        ],
    };

    private static StageSpec Eval(string name) => new()
    {
        Kind = StageKind.Eval, Name = name, Data = new DataSpec { Dataset = ["/t/test.jsonl"] }, Eval = new EvalSpec(), Generation = new GenerationSpec(),
    };

    internal static ExperimentSubmitted Submitted(PipelineSpec spec) => new(
        spec.Name, spec,
        new Dictionary<string, ArtifactReference>
        {
            ["/t/tokenizer.json"] = ScriptedWorker.Artifact("tokenizer", ArtifactKind.File),
            ["/t/train.jsonl"] = ScriptedWorker.Artifact("train", ArtifactKind.File),
            ["/t/test.jsonl"] = ScriptedWorker.Artifact("test", ArtifactKind.File),
        },
        null, null, "sha256:0", "sha256:1", "test");
}
