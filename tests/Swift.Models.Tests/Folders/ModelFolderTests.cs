using Swift.Contracts.Experiments;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Folders;

public sealed class ModelFolderTests
{
    private static readonly string[] Files =
        ["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

    [Fact]
    public void The_same_seed_gives_the_same_files_and_another_seed_other_weights()
    {
        using var folder = new TemporaryFolder();
        var first = Contents(TinyFolders.Model(folder, seed: 5));
        using var second = new TemporaryFolder();
        var again = Contents(TinyFolders.Model(second, seed: 5));

        first.Keys.ShouldBe(Files);
        foreach (var name in Files)
            again[name].ShouldBe(first[name], name);
        Contents(TinyFolders.Model(folder, seed: 6))["model.safetensors"].ShouldNotBe(first["model.safetensors"]);
    }

    [Theory, MemberData(nameof(TinyFolders.ModelTypes), MemberType = typeof(TinyFolders))]
    public void A_saved_model_is_the_folder_it_was_loaded_from(string modelType)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, modelType);
        using var model = CausalLanguageModel.Load(path, CPU);

        ModelFolder.Save(model, folder["saved"]);

        var (saved, original) = (Contents(folder["saved"]), Contents(path));
        saved.Keys.ShouldBe(original.Keys);
        foreach (var (name, bytes) in original)
            saved[name].ShouldBe(bytes, name);
    }

    [Fact]
    public void Sizes_left_open_follow_from_the_tokenizer_and_the_width()
    {
        using var folder = new TemporaryFolder();
        using var model = CausalLanguageModel.Load(TinyFolders.Model(folder), CPU);
        model.Config.VocabSize.ShouldBe(320);
        model.Config.IntermediateSize.ShouldBe(192);
        model.Config.EosTokenIds[0].ShouldBe(model.Tokenizer.EosTokenId!.Value);
        model.Decoder.Parameters[0].Value.shape.ShouldBe([320, 64]);
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_tokenizer_s_is_refused()
    {
        using var folder = new TemporaryFolder();
        var spec = TinyFolders.Spec("qwen3") with { VocabSize = 100 };
        var error = Should.Throw<SwiftException>(() => ModelFolder.Initialize(spec, TinyFolders.Tokenizer(folder), 1, folder["out"]));
        error.Reason.Code.ShouldBe("vocab_size_too_small");
        error.Message.ShouldContain("model.config.vocab_size");
        Directory.Exists(folder["out"]).ShouldBeFalse();
    }

    [Fact]
    public void Impossible_shapes_are_refused_with_the_field()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = TinyFolders.Tokenizer(folder);
        var spec = TinyFolders.Spec("qwen3");
        foreach (var (bad, field) in new[]
        {
            (spec with { ModelType = "mamba" }, "model_type"), (spec with { HiddenSize = 0 }, "hidden_size"),
            (spec with { NumKeyValueHeads = 3 }, "num_key_value_heads"), (spec with { HeadDim = 7 }, "head_dim"),
            (spec with { HeadDim = null, HiddenSize = 66 }, "hidden_size"), (spec with { RopeTheta = double.NaN }, "rope_theta"),
        })
        {
            Should.Throw<SwiftException>(() => ModelFolder.Initialize(bad, tokenizer, 1, folder["out"]))
                .Message.ShouldContain($"model.config.{field}");
        }
    }

    [Fact]
    public void An_imported_folder_holds_the_same_model_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        File.WriteAllText(Path.Combine(path, "README.md"), "not part of the model");

        ModelFolder.Import(path, tokenizer: null, folder["imported"]);

        var imported = Contents(folder["imported"]);
        imported.Keys.ShouldBe(Files);
        foreach (var (name, bytes) in imported)
            bytes.ShouldBe(File.ReadAllBytes(Path.Combine(path, name)), name);
    }

    [Fact]
    public void A_folder_whose_parts_do_not_fit_is_not_imported()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        var config = Path.Combine(path, "config.json");
        var text = File.ReadAllText(config);

        File.WriteAllText(config, text.Replace("\"intermediate_size\": 192", "\"intermediate_size\": 200"));
        Code().ShouldBe("weights_mismatch");
        File.WriteAllText(config, text.Replace("\"vocab_size\": 320", "\"vocab_size\": 200"));
        Code().ShouldBe("weights_mismatch");
        File.Delete(config);
        Code().ShouldBe("model_config_missing");
        File.WriteAllText(config, text);
        File.Delete(Path.Combine(path, "tokenizer.json"));
        Code().ShouldBe("tokenizer_missing");
        Should.Throw<SwiftException>(() => CausalLanguageModel.Load(folder["nowhere"], CPU)).Reason.Code.ShouldBe("model_missing");

        string Code() => Should.Throw<SwiftException>(() => ModelFolder.Import(path, null, folder["out"])).Reason.Code;
    }

    private static SortedDictionary<string, byte[]> Contents(string folder) => new(
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes), StringComparer.Ordinal);
}
