using Swift.Contracts.Experiments;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Gguf;
using Swift.Models.Safetensors;
using Swift.Models.Tests.Decoders;
using Swift.Models.Tests.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Gguf;

public sealed class GgufModelTests
{
    [Theory, MemberData(nameof(TinyFolders.ModelTypes), MemberType = typeof(TinyFolders))]
    public void An_exported_model_gives_the_same_logits_again(string modelType)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, modelType);
        using var original = Folder(path);
        var ids = TinyModels.Ids(12, 300, 1);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var expected = TinyModels.Alone(original, ids);

        ModelExport.ToGguf(path, "f32", folder["f32.gguf"]);
        using var f32 = Gguf(folder["f32.gguf"]);
        TinyModels.LargestDifference(TinyModels.Alone(f32, ids), expected).ShouldBe(0);

        ModelExport.ToGguf(path, "q8_0", folder["q8.gguf"]);
        using var q8 = Gguf(folder["q8.gguf"]);
        var difference = TinyModels.Alone(q8, ids).sub(expected).square().mean().sqrt().item<float>();
        difference.ShouldBeGreaterThan(0);
        // Rounding may send a position to other experts: in mixtral one of these twelve.
        difference.ShouldBeLessThan(original.Config.NumExperts > 0 ? 0.05f * expected.abs().max().item<float>() : 0.1f * expected.std().item<float>());
        new FileInfo(folder["q8.gguf"]).Length.ShouldBeLessThan(new FileInfo(folder["f32.gguf"]).Length / 2);
    }

    [Theory]
    [InlineData("f16", 2e-3f)]
    [InlineData("bf16", 2e-2f)]
    [InlineData("q4_0", 0.5f)]
    public void Every_type_reads_back_within_its_rounding(string type, float tolerance)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        using var original = Folder(path);
        ModelExport.ToGguf(path, type, folder["a.gguf"]);
        using var again = Gguf(folder["a.gguf"]);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ids = TinyModels.Ids(12, 300, 1);
        var expected = TinyModels.Alone(original, ids);

        var difference = TinyModels.Alone(again, ids).sub(expected).square().mean().sqrt().item<float>();

        difference.ShouldBeGreaterThan(0);
        difference.ShouldBeLessThan(tolerance * expected.std().item<float>());
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        ModelExport.ToGguf(path, "q8_0", folder["a.gguf"]);
        ModelExport.ToGguf(path, "q8_0", folder["b.gguf"]);
        File.ReadAllBytes(folder["b.gguf"]).ShouldBe(File.ReadAllBytes(folder["a.gguf"]));
    }

    [Fact]
    public void The_vocabulary_and_the_template_go_along()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        ModelExport.ToGguf(path, "f32", folder["a.gguf"]);
        using var file = GgufFile.Open(folder["a.gguf"]);
        using var model = CausalLanguageModel.Load(path, CPU);

        var tokens = file.Metadata.Texts("tokenizer.ggml.tokens")!;
        tokens.Count.ShouldBe(model.Config.VocabSize);
        for (var id = 0; id < model.Tokenizer.VocabularySize; id++)
            tokens[id].ShouldBe(model.Tokenizer.IdToToken(id));
        var types = file.Metadata.Integers("tokenizer.ggml.token_type")!;
        types[model.Tokenizer.EosTokenId!.Value].ShouldBe(3);
        types[0].ShouldBe(1);
        types[^1].ShouldBe(5);
        file.Metadata.Text("tokenizer.ggml.pre").ShouldBe("qwen2");
        file.Metadata.Integer("tokenizer.ggml.eos_token_id").ShouldBe(model.Tokenizer.EosTokenId);
        file.Metadata.Text("tokenizer.chat_template").ShouldBe(model.Template.Source);
        file.Metadata.Texts("tokenizer.ggml.merges")!.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Vectors_and_rows_of_no_whole_blocks_stay_32_bit()
    {
        using var folder = new TemporaryFolder();
        var path = folder["odd"];
        ModelFolder.Initialize(TinyFolders.Spec("qwen3") with { IntermediateSize = 100 }, TinyFolders.Tokenizer(folder), 1, path);
        ModelExport.ToGguf(path, "q8_0", folder["a.gguf"]);
        using var file = GgufFile.Open(folder["a.gguf"]);
        file.Tensors["blk.0.ffn_down.weight"].Type.ShouldBe(GgufType.F32);
        file.Tensors["blk.0.ffn_up.weight"].Type.ShouldBe(GgufType.Q8_0);
        file.Tensors["blk.0.attn_norm.weight"].Type.ShouldBe(GgufType.F32);
    }

    [Fact]
    public void What_llama_cpp_cannot_run_is_not_exported()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        Code(() => ModelExport.ToGguf(path, "q3_k", folder["a.gguf"])).ShouldBe("gguf_type_not_supported");
        var config = ModelConfigFile.Load(path);
        ModelConfigFile.Save(config with { QueryKeyValueBias = true, OutputBias = true }, path);
        Code(() => ModelExport.ToGguf(path, "f32", folder["a.gguf"])).ShouldBe("model_not_exportable");
        ModelConfigFile.Save(config, path);
        var tokenizer = Path.Combine(path, "tokenizer.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace(@"\\s*[\\r\\n]+|", ""));
        Code(() => ModelExport.ToGguf(path, "f32", folder["a.gguf"])).ShouldBe("tokenizer_not_exportable");
        File.Exists(folder["a.gguf"]).ShouldBeFalse();

        static string Code(Action export) => Should.Throw<SwiftException>(export).Reason.Code;
    }

    [Fact]
    public void What_llama_cpp_would_compute_otherwise_is_not_exported()
    {
        using var folder = new TemporaryFolder();
        Refused("gemma3_text", config => config with { AttnLogitSoftcapping = 50 }).ShouldContain("attn_logit_softcapping");
        Refused("qwen3", config => config with { Rope = new RopeConfig { Type = RopeType.Yarn, Factor = 2, OriginalMaxPositionEmbeddings = 128, BetaSlow = 2 } }).ShouldContain("beta_slow");

        string Refused(string modelType, Func<ModelConfig, ModelConfig> change)
        {
            var path = TinyFolders.Model(folder, modelType);
            ModelConfigFile.Save(change(ModelConfigFile.Load(path)), path);
            var refusal = Should.Throw<SwiftException>(() => ModelExport.ToGguf(path, "f32", folder["a.gguf"])).Reason;
            refusal.Code.ShouldBe("model_not_exportable");
            return refusal.Message;
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(40.0, 20.0)]
    public void Caps_and_their_absence_come_back_from_a_file(double? attention, double? final)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, "gemma2");
        ModelConfigFile.Save(ModelConfigFile.Load(path) with { AttnLogitSoftcapping = attention, FinalLogitSoftcapping = final }, path);
        ModelExport.ToGguf(path, "f32", folder["a.gguf"]);
        using var file = GgufFile.Open(folder["a.gguf"]);
        var config = GgufModel.Config(file);
        (config.AttnLogitSoftcapping, config.FinalLogitSoftcapping).ShouldBe((attention, final));
    }

    [Fact]
    public void The_context_of_a_model_that_slides_ends_with_its_window()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, "mistral");
        ModelConfigFile.Save(ModelConfigFile.Load(path) with { SlidingWindow = 100 }, path);
        ModelExport.ToGguf(path, "f32", folder["a.gguf"]);
        using var file = GgufFile.Open(folder["a.gguf"]);
        file.Metadata.Text("general.architecture").ShouldBe("llama");
        file.Metadata.Integer("llama.context_length").ShouldBe(100);
    }

    [Fact]
    public void The_stories_model_tells_its_story()
    {
        using var model = CausalLanguageModel.Load(SharedData.Require("data/stories260K.gguf"), CPU);
        using var grad = no_grad();
        using var cache = new KeyValueCache(model.Config, 1, 64, CPU);
        List<int> ids = [model.Tokenizer.BosTokenId!.Value];
        for (var position = 0; position < 40; position++)
        {
            using var scope = NewDisposeScope();
            using var attention = new CachedAttention(cache, 0, [position], 1);
            ids.Add((int)model.Decoder.Forward(TinyModels.Row([ids[^1]]), attention.Positions, attention).flatten().argmax().item<long>());
        }
        model.Tokenizer.Decode([.. ids]).ShouldStartWith("Once upon a time, there was a little girl named Lily.");
    }

    [Fact]
    public void A_gguf_file_loads_as_a_whole_and_cannot_become_a_folder()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        ModelExport.ToGguf(path, "f32", folder["a.gguf"]);
        using var fromFolder = CausalLanguageModel.Load(path, CPU);
        using var fromGguf = CausalLanguageModel.Load(folder["a.gguf"], CPU);
        const string text = "<|im_start|>user\nAnna has 12 apples.<|im_end|>\n";

        fromGguf.Tokenizer.Encode(text).ShouldBe(fromFolder.Tokenizer.Encode(text));
        fromGguf.Tokenizer.StopTokenIds.ShouldBe(fromFolder.Tokenizer.StopTokenIds, ignoreOrder: true);
        fromGguf.Template.Source.ShouldBe(fromFolder.Template.Source);
        Should.Throw<SwiftException>(() => ModelFolder.Save(fromGguf, folder["saved"])).Reason.Code.ShouldBe("no_tokenizer_files");
    }

    private static Decoder Folder(string path)
    {
        var decoder = new Decoder(ModelConfigFile.Load(path), CPU);
        SafetensorsModel.Load(decoder, path);
        return decoder;
    }

    private static Decoder Gguf(string path)
    {
        using var file = GgufFile.Open(path);
        return Decoder(file);
    }

    private static Decoder Decoder(GgufFile file)
    {
        var decoder = new Decoder(GgufModel.Config(file), CPU);
        GgufModel.Load(decoder, file);
        return decoder;
    }
}
