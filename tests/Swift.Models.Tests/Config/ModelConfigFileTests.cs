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
        (read with { EosTokenIds = config.EosTokenIds, SlidingLayers = config.SlidingLayers, DenseLayers = config.DenseLayers }).ShouldBe(config);
        read.EosTokenIds.ShouldBe(config.EosTokenIds);
        read.SlidingLayers.ShouldBe(config.SlidingLayers);
        read.DenseLayers.ShouldBe(config.DenseLayers);
    }

    [Fact]
    public void Rotary_settings_are_read_in_the_old_and_the_new_spelling()
    {
        var old = Read($$"""{"model_type": "llama", {{Shape}}, "rope_theta": 500000.0, "rope_scaling": {"type": "linear", "factor": 4.0} }""");
        var current = Read($$"""{"model_type": "llama", {{Shape}}, "rope_parameters": {"rope_theta": 500000.0, "rope_type": "linear", "factor": 4.0} }""");
        old.Rope.ShouldBe(new RopeConfig(500_000) { Type = RopeType.Linear, Factor = 4 });
        current.Rope.ShouldBe(old.Rope);

        var llama3 = Read($$"""
            {"model_type": "llama", {{Shape}}, "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 32.0,
             "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8192} }
            """);
        llama3.Rope.ShouldBe(new RopeConfig(500_000) { Type = RopeType.Llama3, Factor = 32, OriginalMaxPositionEmbeddings = 8192 });
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

    [Fact]
    public void Gemma_s_alternation_and_its_two_rotations_are_read_in_both_spellings()
    {
        var old = Read($$"""
            {"model_type": "gemma3_text", {{Layers(7)}}, "sliding_window": 512, "sliding_window_pattern": 6, "rope_theta": 1000000, "rope_local_base_freq": 10000,
             "rope_scaling": {"rope_type": "linear", "factor": 8.0}, "query_pre_attn_scalar": 168, "hidden_activation": "gelu_pytorch_tanh"}
            """);
        var current = Read($$"""
            {"model_type": "gemma3_text", {{Layers(7)}}, "sliding_window": 512, "query_pre_attn_scalar": 168,
             "layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
             "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000} } }
            """);
        foreach (var config in new[] { old, current })
        {
            config.Rope.ShouldBe(new RopeConfig(1_000_000) { Type = RopeType.Linear, Factor = 8 });
            config.SlidingRope.ShouldBe(new RopeConfig(10_000));
            Enumerable.Range(0, 7).Select(config.WindowOf).ShouldBe([512, 512, 512, 512, 512, null, 512]);
            config.QueryPreAttnScalar.ShouldBe(168);
            (config.AttnLogitSoftcapping, config.FinalLogitSoftcapping).ShouldBe((null, null));
            config.Activation.ShouldBe(Activation.GeluTanh);
            config.TieWordEmbeddings.ShouldBeTrue();
        }
        var gemma2 = Read($$"""{"model_type": "gemma2", {{Layers(3)}}, "final_logit_softcapping": null}""");
        (gemma2.AttnLogitSoftcapping, gemma2.FinalLogitSoftcapping).ShouldBe((50, null));
        Enumerable.Range(0, 3).Select(gemma2.WindowOf).ShouldBe([4096, null, 4096]);

        static string Layers(int count) => $"""
            "vocab_size": 100, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": {count}, "num_attention_heads": 4, "head_dim": 8
            """;
    }

    [Fact]
    public void Experts_are_read_by_the_names_of_their_family()
    {
        var mixtral = Read($$"""{"model_type": "mixtral", {{Shape}}, "num_local_experts": 4, "router_aux_loss_coef": 0.0}""");
        (mixtral.NumExperts, mixtral.NumExpertsPerTok, mixtral.MoeIntermediateSize, mixtral.NormTopkProb).ShouldBe((4, 2, 64, true));
        mixtral.RouterAuxLossCoef.ShouldBe(0);
        mixtral.SlidingWindow.ShouldBeNull();
        var qwen = Read($$"""{"model_type": "qwen3_moe", {{Shape}}, "num_experts": 16, "moe_intermediate_size": 24, "decoder_sparse_step": 2, "mlp_only_layers": [1]}""");
        (qwen.NumExperts, qwen.NumExpertsPerTok, qwen.MoeIntermediateSize, qwen.NormTopkProb).ShouldBe((16, 8, 24, false));
        (qwen.HasExperts(0), qwen.HasExperts(1)).ShouldBe((false, false));
        Should.Throw<SwiftException>(() => Read($$"""{"model_type": "mixtral", {{Shape}}, "num_experts_per_tok": 9}""")).Message.ShouldContain("num_experts_per_tok");
    }

    [Fact]
    public void Factors_of_longrope_must_be_one_per_frequency()
    {
        string Phi(string factors) => $$"""
            {"model_type": "phi3", {{Shape}}, "max_position_embeddings": 131072, "original_max_position_embeddings": 4096, "partial_rotary_factor": 0.5,
             "rope_scaling": {"type": "longrope", "short_factor": {{factors}}, "long_factor": [2.0, 3.0]} }
            """;
        var config = Read(Phi("[1.0, 1.5]"));
        config.RotaryDim.ShouldBe(4);
        config.Rope.OriginalMaxPositionEmbeddings.ShouldBe(4096);
        config.Rope.LongFactors.ShouldBe([2, 3]);
        Should.Throw<SwiftException>(() => Read(Phi("[1.0]"))).Message.ShouldContain("rope_scaling");
        Should.Throw<SwiftException>(() => Read(Phi("[1.0, -1]"))).Message.ShouldContain("short_factor");
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
