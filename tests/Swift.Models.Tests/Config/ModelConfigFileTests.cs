using Swift.Contracts.Experiments;
using Swift.Models.Config;
using Swift.Models.Tests.Decoders;

namespace Swift.Models.Tests.Config;

public sealed class ModelConfigFileTests
{
    private const string Shape = """
        "vocab_size": 100, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4
        """;

    [Theory, MemberData(nameof(TinyModels.Names), MemberType = typeof(TinyModels))]
    public void A_configuration_comes_back_as_it_was_written(string model)
    {
        using var folder = new TemporaryFolder();
        var config = TinyModels.ByName(model) with { BosTokenId = 1, EosTokenIds = [2, 3], PadTokenId = 0 };
        ModelConfigFile.Save(config, folder.Path);
        var read = ModelConfigFile.Load(folder.Path);
        (read with { EosTokenIds = config.EosTokenIds, SlidingLayers = config.SlidingLayers }).ShouldBe(config);
        read.EosTokenIds.ShouldBe(config.EosTokenIds);
        read.SlidingLayers.ShouldBe(config.SlidingLayers);
    }

    [Fact]
    public void Rotary_settings_are_read_in_the_old_and_the_new_spelling()
    {
        var old = Read($$"""{"model_type": "llama", {{Shape}}, "rope_theta": 500000.0, "rope_scaling": {"type": "linear", "factor": 4.0} }""");
        var current = Read($$"""{"model_type": "llama", {{Shape}}, "rope_parameters": {"rope_theta": 500000.0, "rope_type": "linear", "factor": 4.0} }""");
        old.Rope.ShouldBe(new RopeConfig(500_000) { Type = "linear", Factor = 4 });
        current.Rope.ShouldBe(old.Rope);

        var llama3 = Read($$"""
            {"model_type": "llama", {{Shape}}, "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 32.0,
             "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192} }
            """);
        llama3.Rope.ShouldBe(new RopeConfig(500_000) { Type = "llama3", Factor = 32 });
    }

    [Fact]
    public void Absent_fields_take_the_family_s_defaults()
    {
        var llama = Read($$"""{"model_type": "llama", {{Shape}}}""");
        llama.HeadDim.ShouldBe(8);
        llama.NumKeyValueHeads.ShouldBe(4);
        llama.TieWordEmbeddings.ShouldBeFalse();
        var qwen3 = Read($$"""{"model_type": "qwen3", {{Shape}}, "sliding_window": 128, "use_sliding_window": false, "eos_token_id": 7}""");
        qwen3.HeadDim.ShouldBe(128);
        qwen3.SlidingWindow.ShouldBeNull();
        qwen3.EosTokenIds.ShouldBe([7]);
        var qwen2 = Read($$"""{"model_type": "qwen2", {{Shape}}, "sliding_window": 128, "use_sliding_window": true, "max_window_layers": 1}""");
        (qwen2.QueryKeyValueBias, qwen2.OutputBias).ShouldBe((true, false));
        (qwen2.WindowOf(0), qwen2.WindowOf(1)).ShouldBe((null, 128));
        Read($$"""{"model_type": "mistral", {{Shape}}}""").WindowOf(0).ShouldBe(4096);
        Read($$"""{"model_type": "mistral", {{Shape}}, "sliding_window": null}""").SlidingWindow.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"model_type": "mamba"}""", "model_not_supported", "mamba")]
    [InlineData("""{"model_type": "llama"}""", "bad_model_config", "num_attention_heads is missing")]
    [InlineData("""{"model_type": "llama", "num_attention_heads": -4}""", "bad_model_config", "num_attention_heads")]
    [InlineData("""{"model_type": "llama", "num_attention_heads": "4"}""", "bad_model_config", "num_attention_heads")]
    [InlineData("""{"model_type": "llama", "num_attention_heads": 4, "num_key_value_heads": 3}""", "bad_model_config", "does not divide")]
    [InlineData("""{"model_type": "llama", "hidden_act": "gelu"}""", "model_not_supported", "gelu")]
    [InlineData("""{"model_type": "llama", "quantization_config": {}}""", "model_not_supported", "quantization_config")]
    [InlineData("""[]""", "bad_model_config", "not a JSON object")]
    [InlineData("""{""", "bad_model_config", "not JSON")]
    public void A_bad_configuration_is_refused_with_the_field(string json, string code, string part)
    {
        var error = Should.Throw<SwiftException>(() => Read(json));
        error.Reason.Kind.ShouldBe(FailureKind.BadInput);
        error.Reason.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
        error.Message.ShouldContain("config.json");
    }

    private static ModelConfig Read(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["config.json"], json);
        return ModelConfigFile.Load(folder.Path);
    }
}
