using Swift.Api.Pipelines;
using Swift.Api.Pipelines.Inputs;
using Swift.Api.Pipelines.Reading;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>What is wrong is refused at the door, under the field's path, and nothing is stored.</summary>
public sealed class BadSpecificationTests : IClassFixture<PipelineFiles>, IDisposable
{
    private const string Config = "model: {tokenizer: tokenizer.json, config: {}}";
    private const string Sft = "stages: [{kind: sft, data: {dataset: [train.jsonl]}}]";

    private readonly PipelineFiles _files;
    private readonly TemporaryFolder _store = new();

    public BadSpecificationTests(PipelineFiles files) => _files = files;

    [Theory]
    // The document
    [InlineData("", "$", "Empty")]
    [InlineData("name: [a", "$", "line 2")]
    [InlineData("name: a\nmodel:\n\t- x", "$", "line 3")]
    [InlineData("name: a\n---\nname: b", "$", "second document")]
    [InlineData("- name", "$", "section with fields")]
    [InlineData("{name: a, name: b, model: {tokenizer: tokenizer.json, config: {}}, " + Sft + "}", "name", "Written twice")]
    // Fields and types
    [InlineData("{name: a, seeed: 1, " + Config + ", " + Sft + "}", "seeed", "did you mean seed?")]
    [InlineData("{name: a, learning_rate: 1, " + Config + ", " + Sft + "}", "learning_rate", "stages[].train")]
    [InlineData("{" + Config + ", " + Sft + "}", "name", "Missing")]
    [InlineData("{name: a, " + Sft + "}", "model", "Missing")]
    [InlineData("{name: a, " + Config + "}", "stages", "Missing")]
    [InlineData("{name: a, " + Config + ", stages: []}", "stages", "at least one stage")]
    [InlineData("{name: a, " + Config + ", stages: null}", "stages", "May not be null")]
    [InlineData("{name: 5, " + Config + ", " + Sft + "}", "name", "in quotes: \"5\"")]
    [InlineData("{name: 'Not a name', " + Config + ", " + Sft + "}", "name", "lower-case")]
    [InlineData("{name: a, seed: -1, " + Config + ", " + Sft + "}", "seed", "0 or more")]
    [InlineData("{name: a, seed: 1.5, " + Config + ", " + Sft + "}", "seed", "whole number")]
    [InlineData("{name: a, seed: 99999999999999999999, " + Config + ", " + Sft + "}", "seed", "whole number")]
    // The model
    [InlineData("{name: a, model: {}, " + Sft + "}", "model", "Names no model")]
    [InlineData("{name: a, model: {path: model, tokenizer: tokenizer.json, config: {}}, " + Sft + "}", "model.config", "keep one")]
    [InlineData("{name: a, model: {config: {}}, " + Sft + "}", "model.tokenizer", "Missing")]
    [InlineData("{name: a, model: {tokenizer: tokenizer.json, config: {model_type: qwen33}}, " + Sft + "}", "model.config.model_type", "did you mean qwen3?")]
    [InlineData("{name: a, model: {tokenizer: tokenizer.json, config: {hidden_size: -64}}, " + Sft + "}", "model.config.hidden_size", "from 1 to")]
    [InlineData("{name: a, model: {tokenizer: tokenizer.json, config: {hidden_size: 66}}, " + Sft + "}", "model.config.hidden_size", "do not divide")]
    [InlineData("{name: a, model: {tokenizer: tokenizer.json, config: {head_dim: 33}}, " + Sft + "}", "model.config.head_dim", "even")]
    [InlineData("{name: a, model: {tokenizer: tokenizer.json, config: {num_key_value_heads: 3}}, " + Sft + "}", "model.config.num_key_value_heads", "does not divide")]
    [InlineData("{name: a, model: {tokenizer: tokenizer.json, config: {vocab_size: 100}}, " + Sft + "}", "model.config.vocab_size", "256 or more")]
    [InlineData("{name: a, model: {tokenizer: absent.json, config: {}}, " + Sft + "}", "model.tokenizer", "There is no file")]
    [InlineData("{name: a, model: {tokenizer: not.json, config: {}}, " + Sft + "}", "model.tokenizer", "not valid JSON")]
    [InlineData("{name: a, model: {tokenizer: unknown-kind.json, config: {}}, " + Sft + "}", "model.tokenizer", "Bigram")]
    [InlineData("{name: a, model: {tokenizer: unigram-without-list.json, config: {}}, " + Sft + "}", "model.tokenizer", "not a list")]
    [InlineData("{name: a, model: {tokenizer: text.model, config: {}}, " + Sft + "}", "model.tokenizer", "no SentencePiece model")]
    [InlineData("{name: a, model: {tokenizer: empty-folder, config: {}}, " + Sft + "}", "model.tokenizer", "neither tokenizer.json nor tokenizer.model nor vocab.json with merges.txt")]
    [InlineData("{name: a, model: {path: absent}, " + Sft + "}", "model.path", "There is no folder")]
    [InlineData("{name: a, model: {path: train.jsonl}, " + Sft + "}", "model.path", "is a file")]
    [InlineData("{name: a, model: {path: empty-folder}, " + Sft + "}", "model.path", "config.json")]
    [InlineData("{name: a, model: {path: model-of-another-kind}, " + Sft + "}", "model.path", "mamba")]
    [InlineData("{name: a, model: {path: model-with-wrong-tokenizer}, " + Sft + "}", "model.path", "does not belong to the model")]
    public Task Refused(string yaml, string path, string message) => IsRefused(yaml, path, message);

    [Theory]
    [InlineData("kind: sftt", "kind", "one of sft, grpo, eval, export, deploy, register.")]
    [InlineData("data: {dataset: [train.jsonl]}", "kind", "Missing")]
    [InlineData("kind: prepare", "kind", "by Swift itself")]
    [InlineData("{kind: export, name: prepare}", "name", "Swift puts in front")]
    [InlineData("kind: sft", "data", "Missing")]
    [InlineData("{kind: sft, data: null}", "data", "Missing")]
    [InlineData("{kind: export, train: {}}", "train", "does not use train")]
    // Registration
    [InlineData("{kind: register, register: {model_name: Not a name}}", "register.model_name", "lower-case")]
    [InlineData("{kind: register, register: {alias: ''}}", "register.alias", "lower-case")]
    [InlineData("{kind: register, register: {gates: [accuracy >= 0.8, accuracy => 0.8]}}", "register.gates[1]", "accuracy >= champion - 0.01")]
    [InlineData("{kind: register, register: {gates: [accuracy >= 0.8]}}", "register.gates", "put an eval stage")]
    [InlineData("{kind: register, register: {evaluation: eval}}", "register.evaluation", "no eval stage between")]
    [InlineData("{kind: eval, data: {dataset: [train.jsonl]}, register: {}}", "register", "does not use register")]
    // Data sets
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale: hermes+all}}", "data.loss_scale", "is unknown")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale: all+custom}}", "data.loss_scale_rules", "Missing")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale_rules: {a: [2]}}}", "data.loss_scale_rules", "not used")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale: custom, loss_scale_rules: {'(a': [2]}}}", "data.loss_scale_rules", "regular expression")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale: custom, loss_scale_rules: {a: [2], b: [1, 2]}}}", "data.loss_scale_rules", "Mixes")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale: custom, loss_scale_rules: {a: [-1]}}}", "data.loss_scale_rules", "between 0")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], loss_scale: custom, loss_scale_rules: {a: [1, 2, 3]}}}", "data.loss_scale_rules", "3 weights")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], split_dataset_ratio: 1}}", "data.split_dataset_ratio", "1")]
    [InlineData("{kind: eval, data: {dataset: [train.jsonl], split_dataset_ratio: 0.1}}", "data.split_dataset_ratio", "Only sft")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl, train.jsonl], interleave_prob: [1]}}", "data.interleave_prob", "each of the 2 data sets")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], interleave_prob: [0.5]}}", "data.interleave_prob", "1 in all")]
    [InlineData("{kind: sft, data: {dataset: []}}", "data.dataset", "at least one file")]
    [InlineData("{kind: sft, data: {dataset: train.jsonl}}", "data.dataset", "[\"train.jsonl\"]")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl, null]}}", "data.dataset[1]", "May not be null")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl, absent.jsonl]}}", "data.dataset[1]", "There is no file")]
    [InlineData("{kind: sft, data: {dataset: [empty-folder]}}", "data.dataset[0]", "folder without a data file")]
    [InlineData("{kind: sft, data: {dataset: [empty.jsonl]}}", "data.dataset[0]", "is empty")]
    [InlineData("{kind: sft, data: {dataset: [blank.jsonl]}}", "data.dataset[0]", "no rows")]
    [InlineData("{kind: sft, data: {dataset: [bad-row.jsonl], strict: true}}", "data.dataset[0]", "Line 3")]
    [InlineData("{kind: sft, data: {dataset: [not-an-object.jsonl], strict: true}}", "data.dataset[0]", "Line 2")]
    [InlineData("{kind: sft, data: {dataset: [bad-encoding.jsonl], strict: true}}", "data.dataset[0]", "bad_encoding")]
    [InlineData("{kind: sft, data: {dataset: [dangling.jsonl]}}", "data.dataset[0]", "link")]
    [InlineData("{kind: sft, data: {dataset: [loop.jsonl]}}", "data.dataset[0]", "cannot be read")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl/rows]}}", "data.dataset[0]", "There is no file")]
    [InlineData("{kind: sft, data: {dataset: [no-response.jsonl]}}", "data.dataset[0]", "no_response 2 (lines 1, 2)")]
    [InlineData("{kind: sft, data: {dataset: [some-responses.jsonl], strict: true}}", "data.dataset[0]", "Line 1")]
    [InlineData("{kind: eval, data: {dataset: [no-response.jsonl]}}", "data.dataset[0]", "no_solution")]
    [InlineData("{kind: sft, data: {dataset: ['train.jsonl#many']}}", "data.dataset[0]", "after # stands how many rows")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], columns: {questoin: query}}}", "data.columns", "questoin")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], columns: {query: 1}}}", "data.columns.query", "text is expected")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], packing: no}}", "data.packing", "Write false")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], max_length: -5}}", "data.max_length", "1 or more")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], max_length: 4096}}", "data.max_length", "max_position_embeddings")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl], truncation_strategy: middle}}", "data.truncation_strategy", "delete, left, right")]
    // Training
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {learning_rat: 1}}", "train.learning_rat", "did you mean learning_rate?")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {num_generations: 8}}", "train.num_generations", "stages[].grpo")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {learning_rate: '1e-3'}}", "train.learning_rate", "without quotes")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {learning_rate: .inf}}", "train.learning_rate", "not a finite number")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {learning_rate: 0}}", "train.learning_rate", "greater than 0")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {warmup_ratio: 1.5}}", "train.warmup_ratio", "from 0 to 1")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {adam_beta2: 1}}", "train.adam_beta2", "less than 1")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {max_steps: 0}}", "train.max_steps", "1 or more")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {num_train_epochs: 0}}", "train.num_train_epochs", "or max_steps")]
    [InlineData("{kind: sft, data: {dataset: [train.jsonl]}, train: {lr_scheduler_type: cosin}}", "train.lr_scheduler_type", "did you mean cosine?")]
    // Generation, grpo, eval, export, deploy
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, generation: {top_p: 0}}", "generation.top_p", "more than 0")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, generation: {temperature: 0}}", "generation.temperature", "nothing could be learned")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, generation: {max_new_tokens: 2000}}", "generation.max_new_tokens", "no position for a prompt")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {generation_batch_size: 12}}", "grpo.generation_batch_size", "not a multiple")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {generation_batch_size: 8}}", "grpo.rollout_shards", "only 1 prompts")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {num_generations: 1}}", "grpo.num_generations", "from 2")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {reward_funcs: [accuracy, beauty]}}", "grpo.reward_funcs[1]", "accuracy, format")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {reward_weights: [1]}}", "grpo.reward_weights", "one each")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {loss_type: magic}}", "grpo.loss_type", "not known")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {loss_type: cispo}}", "grpo.epsilon_high", "absolute cap")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {loss_type: sapo, delta: 2}}", "grpo.delta", "not used by loss_type sapo")]
    [InlineData("{kind: grpo, data: {dataset: [train.jsonl]}, grpo: {delta: 1.1}}", "grpo.delta", "above the first")]
    [InlineData("{kind: eval, data: {dataset: [train.jsonl]}, eval: {eval_limit: 0}}", "eval.eval_limit", "1 or more")]
    [InlineData("{kind: export, export: {formats: [onnx]}}", "export.formats[0]", "safetensors, gguf")]
    [InlineData("{kind: deploy, deploy: {served_model_name: 'a b'}}", "deploy.served_model_name", "without spaces")]
    public Task A_stage_is_refused(string stage, string path, string message) =>
        IsRefused($"{{name: a, {Config}, stages: [{{kind: export, name: first}}, {(stage.StartsWith('{') ? stage : $"{{{stage}}}")}]}}", "stages[1]." + path, message);

    [Fact]
    public Task A_name_that_two_stages_have_is_refused() =>
        IsRefused($"{{name: a, {Config}, stages: [{{kind: export, name: x}}, {{kind: deploy, name: x}}]}}", "stages[1].name", "must be unique");

    [Fact]
    public async Task A_file_that_may_not_be_read_is_refused()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root reads everything");
        _files.Write("secret.jsonl", "{}");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_files["secret.jsonl"], UnixFileMode.None);
        await IsRefused($"{{name: a, {Config}, stages: [{{kind: sft, data: {{dataset: [secret.jsonl]}}}}]}}", "stages[0].data.dataset[0]", "cannot be read");
    }

    [Fact]
    public async Task A_device_is_refused_instead_of_read_for_ever()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "/dev/zero");
        await IsRefused($"{{name: a, {Config}, stages: [{{kind: sft, data: {{dataset: [/dev/zero]}}}}]}}", "stages[0].data.dataset[0]", "is empty");
    }

    [Fact]
    public async Task Relative_paths_are_refused_when_nothing_says_relative_to_what()
    {
        var refused = await Should.ThrowAsync<SpecificationException>(() =>
            Intake().PrepareAsync($"{{name: a, {Config}, {Sft}}}", SpecificationFormat.Yaml, baseDirectory: null, ingest: true, default));
        refused.Errors.Select(error => error.Path).ShouldBe(["model.tokenizer", "stages[0].data.dataset[0]"]);
        NothingIsStored();
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once_and_nothing_twice()
    {
        var refused = await Should.ThrowAsync<SpecificationException>(() => Prepare("""
            name: A
            model: {path: absent}
            colour: red
            stages:
              - kind: sft
                data: {dataset: [absent.jsonl], max_length: many}
                train: {learning_rate: -1, per_device_train_batch_size: "4"}
              - kind: nonsense
                data: {dataset: [train.jsonl]}
              - kind: grpo
                data: {dataset: [train.jsonl]}
                grpo: {num_generations: eight, generation_batch_size: 12}
            """));
        refused.Errors.Select(error => error.Path).ShouldBe([
            "colour", "stages[0].data.max_length", "stages[0].train.per_device_train_batch_size", "stages[1].kind", "stages[2].grpo.num_generations",
            "name", "stages[0].train.learning_rate", "model.path", "stages[0].data.dataset[0]"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("{\"name\": \"a\", \"name\": \"b\"}", "name")]
    [InlineData("{\"name\": \"a\",}", "$")]
    [InlineData("{\"name\": \"\\ud800\"}", "name")]
    [InlineData("{\"name\": \"a\\u0000\"}", "name")]
    [InlineData("{\"name\": 1e999}", "name")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "$[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]")]
    public async Task Json_that_is_ambiguous_or_cannot_be_stored_is_refused(string json, string path)
    {
        var refused = await Should.ThrowAsync<SpecificationException>(() => Intake().PrepareAsync(json, SpecificationFormat.Json, _files.Folder, ingest: true, default));
        refused.Errors.Select(error => error.Path).ShouldContain(path);
    }

    [Fact]
    public async Task A_yaml_document_that_grows_out_of_aliases_is_refused()
    {
        var lines = Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]");
        var refused = await Should.ThrowAsync<SpecificationException>(() => Prepare("a0: &a0 [x, x]\n" + string.Join('\n', lines)));
        refused.Errors.ShouldHaveSingleItem().Message.ShouldContain("more than");
    }

    private async Task IsRefused(string yaml, string path, string message)
    {
        var refused = await Should.ThrowAsync<SpecificationException>(() => Prepare(yaml));
        refused.Errors.Select(error => error.Path).ShouldBe([path], refused.Message);
        refused.Errors[0].Message.ShouldContain(message);
        NothingIsStored();
    }

    private Task<PreparedPipeline> Prepare(string yaml) =>
        Intake().PrepareAsync(yaml, SpecificationFormat.Yaml, _files.Folder, ingest: true, TestContext.Current.CancellationToken);

    private PipelineIntake Intake() => new(new FolderArtifactStore(_store.Path), new InputFolders());

    private void NothingIsStored() => Directory.EnumerateFiles(_store.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();

    public void Dispose() => _store.Dispose();
}
