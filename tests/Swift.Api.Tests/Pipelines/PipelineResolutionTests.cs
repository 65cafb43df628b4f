using System.Text.Json;
using Swift.Api.Pipelines;
using Swift.Api.Pipelines.Inputs;
using Swift.Api.Pipelines.Reading;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Pipelines;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

public sealed class PipelineResolutionTests : IClassFixture<PipelineFiles>, IDisposable
{
    private const string Minimal = """
        name: minimal
        model: {tokenizer: tokenizer.json, config: {}}
        stages:
          - kind: sft
            data: {dataset: [train.jsonl]}
          - kind: eval
            data: {dataset: [train.jsonl]}
          - kind: grpo
            data: {dataset: ["train.jsonl#9"]}
            grpo: {num_generations: 4}
          - kind: eval
            data: {dataset: [train.jsonl]}
          - kind: export
          - kind: deploy
        """;

    private readonly PipelineFiles _files;
    private readonly TemporaryFolder _store = new();

    public PipelineResolutionTests(PipelineFiles files) => _files = files;

    /// <summary>A changed default shows here, line by line.</summary>
    [Fact]
    public async Task Every_default_of_a_minimal_pipeline_is_written_out()
    {
        var actual = Json((await Prepare(Minimal)).Effective).Replace(_files.Folder, "/data");
        var golden = Path.Combine(AppContext.BaseDirectory, "Pipelines", "minimal-resolved.json");
        actual.Split('\n').ShouldBe(await File.ReadAllLinesAsync(golden, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_register_stage_reads_the_scores_of_the_nearest_eval_stage_that_measures_its_model()
    {
        var stages = (await Prepare("""
            name: registered
            model: {tokenizer: tokenizer.json, config: {}}
            stages:
              - kind: eval
                data: {dataset: [train.jsonl]}
              - kind: sft
                data: {dataset: [train.jsonl]}
              - kind: register
              - kind: eval
                data: {dataset: [train.jsonl]}
              - kind: export
              - kind: register
                register: {model_name: other, alias: candidate, gates: [accuracy >= 0.8]}
            """)).Effective.Stages;
        stages[3].Register.ShouldBe(new RegisterSpec { ModelName = "registered", Evaluation = null });
        stages[6].Register!.ShouldSatisfyAllConditions(
            register => register.ModelName.ShouldBe("other"), register => register.Alias.ShouldBe("candidate"), register => register.Evaluation.ShouldBe("eval-2"));
    }

    [Fact]
    public async Task Resolving_a_resolved_pipeline_changes_nothing()
    {
        var once = (await Prepare(Minimal)).Effective;
        var twice = (await Intake().PrepareAsync(once, ingest: false, TestContext.Current.CancellationToken)).Effective;
        Json(twice).ShouldBe(Json(once));
    }

    [Fact]
    public async Task What_a_resolved_pipeline_says_without_its_prepare_stage_can_be_sent_again()
    {
        var once = (await Prepare(Minimal)).Effective;
        var tree = JsonSerializer.SerializeToNode(once, SwiftJson.Options)!;
        tree["stages"]!.AsArray().RemoveAt(0);
        var again = await Intake().PrepareAsync(JsonSerializer.SerializeToElement(tree), baseDirectory: null, ingest: false, TestContext.Current.CancellationToken);
        Json(again.Effective).ShouldBe(Json(once));
    }

    [Fact]
    public async Task Yaml_and_json_of_the_same_pipeline_resolve_equally()
    {
        const string json = """
            {"name": "minimal", "model": {"tokenizer": "tokenizer.json", "config": {}}, "stages": [
              {"kind": "sft", "data": {"dataset": ["train.jsonl"]}},
              {"kind": "eval", "data": {"dataset": ["train.jsonl"]}},
              {"kind": "grpo", "data": {"dataset": ["train.jsonl#9"]}, "grpo": {"num_generations": 4.0}},
              {"kind": "eval", "data": {"dataset": ["train.jsonl"]}},
              {"kind": "export"}, {"kind": "deploy"}]}
            """;
        var fromJson = await Intake().PrepareAsync(json, SpecificationFormat.Json, _files.Folder, ingest: false, TestContext.Current.CancellationToken);
        Json(fromJson.Effective).ShouldBe(Json((await Prepare(Minimal)).Effective));
    }

    [Fact]
    public async Task Words_of_yaml_mean_what_version_1_2_says()
    {
        var pipeline = (await Prepare("""
            name: words
            description: no
            model: {tokenizer: tokenizer.json, config: {rms_norm_eps: 1e-3, hidden_size: 0x80, max_position_embeddings: 1_024}}
            stages:
              - kind: sft
                data: {dataset: &same [train.jsonl], packing: true, system: on}
              - kind: eval
                data: {dataset: *same}
            """.Replace("1_024", "2e3"))).Effective;
        pipeline.Description.ShouldBe("no");
        pipeline.Stages[1].Data!.System.ShouldBe("on");
        pipeline.Model.Config!.RmsNormEps.ShouldBe(1e-3);
        pipeline.Model.Config.HiddenSize.ShouldBe(128);
        pipeline.Model.Config.MaxPositionEmbeddings.ShouldBe(2000);
        pipeline.Stages[2].Data!.Dataset.ShouldBe(pipeline.Stages[1].Data!.Dataset);
    }

    [Fact]
    public async Task Names_that_stages_get_avoid_those_that_users_gave()
    {
        var pipeline = (await Prepare("""
            name: names
            model: {tokenizer: tokenizer.json, config: {}}
            stages: [{kind: export}, {kind: export}, {kind: export, name: export-2}, {kind: export}]
            """)).Effective;
        pipeline.Stages.Select(stage => stage.Name).ShouldBe(["prepare", "export", "export-3", "export-2", "export-4"]);
    }

    [Fact]
    public async Task Lengths_come_from_the_folder_of_the_model()
    {
        var pipeline = (await Prepare("{name: a, model: {path: model}, stages: [{kind: sft, data: {dataset: [train.jsonl]}}]}")).Effective;
        pipeline.Stages[1].Data!.MaxLength.ShouldBe(128);
        pipeline.Model.Path.ShouldBe(_files["model"]);
    }

    [Fact]
    public async Task Inputs_are_taken_in_under_the_paths_of_the_resolved_pipeline()
    {
        var store = new FolderArtifactStore(_store.Path);
        var prepared = await new PipelineIntake(store, new InputFolders()).PrepareAsync(
            "{name: a, model: {path: model, tokenizer: tokenizer.json}, stages: [{kind: sft, data: {dataset: ['./train.jsonl#5', some-responses.jsonl]}}]}",
            SpecificationFormat.Yaml, _files.Folder, ingest: true, TestContext.Current.CancellationToken);

        prepared.Inputs.Keys.ShouldBe([_files["model"], _files["some-responses.jsonl"], _files["tokenizer.json"], _files["train.jsonl"]], ignoreOrder: true);
        prepared.Inputs[_files["model"]].Kind.ShouldBe(ArtifactKind.Folder);
        var manifest = await store.ReadManifestAsync(ArtifactDigest.Parse(prepared.Inputs[_files["model"]].Digest), TestContext.Current.CancellationToken);
        manifest.Files.Select(file => file.Path).ShouldBe(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]);

        var dataset = prepared.Datasets[_files["train.jsonl"] + "#5"];
        dataset.Digest.ShouldBe(prepared.Inputs[_files["train.jsonl"]].Digest);
        dataset.Rows.ShouldBe(20);
    }

    [Fact]
    public async Task Rows_that_a_stage_cannot_use_are_reported_with_their_lines()
    {
        var prepared = await Prepare("{name: a, model: {path: model}, stages: [{kind: sft, data: {dataset: [some-responses.jsonl]}}]}");
        var unusable = prepared.Datasets[_files["some-responses.jsonl"]].Unusable.ShouldHaveSingleItem();
        unusable.Reason.ShouldBe("no_response");
        unusable.Lines.ShouldBe([1]);
        Directory.EnumerateFiles(_store.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty("validating stores nothing");
    }

    [Fact]
    public async Task A_line_that_is_no_row_is_reported_and_the_rest_is_taken()
    {
        var prepared = await Prepare("{name: a, model: {path: model}, stages: [{kind: sft, data: {dataset: [bad-row.jsonl]}}]}");
        var unusable = prepared.Datasets[_files["bad-row.jsonl"]].Unusable.ShouldHaveSingleItem();
        (unusable.Reason, unusable.Lines.ShouldHaveSingleItem()).ShouldBe(("bad_json", 3));
    }

    [Fact]
    public async Task A_folder_of_data_files_is_taken_in_without_what_else_lies_there()
    {
        _files.Write("set/b.csv", "query,response\na,b\n");
        _files.Write("set/a.jsonl", "{\"query\": \"a\", \"response\": \"b\"}");
        _files.Write("set/README.md", "# A data set");
        var store = new FolderArtifactStore(_store.Path);
        var prepared = await new PipelineIntake(store, new InputFolders()).PrepareAsync(
            "{name: a, model: {path: model}, stages: [{kind: sft, data: {dataset: [set]}}]}",
            SpecificationFormat.Yaml, _files.Folder, ingest: true, TestContext.Current.CancellationToken);

        prepared.Datasets[_files["set"]].Rows.ShouldBe(2);
        var input = prepared.Inputs[_files["set"]];
        input.Kind.ShouldBe(ArtifactKind.Folder);
        var manifest = await store.ReadManifestAsync(ArtifactDigest.Parse(input.Digest), TestContext.Current.CancellationToken);
        manifest.Files.Select(file => file.Path).ShouldBe(["a.jsonl", "b.csv"]);

        // Validation says the same digest without taking anything in.
        var checkedOnly = await Prepare("{name: a, model: {path: model}, stages: [{kind: sft, data: {dataset: [set]}}]}");
        checkedOnly.Datasets[_files["set"]].Digest.ShouldBe(input.Digest);
    }

    [Fact]
    public async Task Steps_of_grpo_follow_from_epochs_and_rows()
    {
        // 9 rows, 2 epochs, 4 prompts an iteration: 4.5, so 5 iterations of 2 × 1 steps.
        var pipeline = (await Prepare("""
            name: a
            model: {tokenizer: tokenizer.json, config: {}}
            stages:
              - kind: grpo
                data: {dataset: ["train.jsonl#9"]}
                train: {num_train_epochs: 2}
                grpo: {num_generations: 4, generation_batch_size: 16, steps_per_generation: 2}
            """)).Effective;
        pipeline.Stages[1].Train!.MaxSteps.ShouldBe(10);
    }

    private Task<PreparedPipeline> Prepare(string yaml) =>
        Intake().PrepareAsync(yaml, SpecificationFormat.Yaml, _files.Folder, ingest: false, TestContext.Current.CancellationToken);

    private PipelineIntake Intake() => new(new FolderArtifactStore(_store.Path), new InputFolders());

    private static string Json(PipelineSpec pipeline) => JsonSerializer.Serialize(pipeline, SwiftJson.Indented);

    public void Dispose() => _store.Dispose();
}
