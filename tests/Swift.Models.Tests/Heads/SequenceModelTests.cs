using System.Text.Json;
using System.Text.Json.Nodes;
using Swift.Contracts.Experiments;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Heads;
using Swift.Models.Safetensors;
using Swift.Models.Tests.Decoders;
using Swift.Models.Tests.Folders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Heads;

public sealed class SequenceModelTests
{
    private static readonly string[] Texts = ["Anna has 12 apples.", "lazy dog", "How far does it go in 3 hours? How far?"];

    public static TheoryData<string> ModelTypes => TinyFolders.ModelTypes;

    [Fact]
    public void Scores_are_the_logits_a_language_model_with_those_rows_would_have_at_the_last_token()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var path = TinyFolders.Model(folder, "llama");
        using var causal = CausalLanguageModel.Load(path, CPU);
        causal.Config.TieWordEmbeddings.ShouldBeFalse();
        using var model = SequenceModel.WithScores(path, ["a", "b", "c"], seed: 1, CPU);
        model.Decoder.Score!.Weight.copy_(causal.Decoder.Output.Weight.narrow(0, 0, 3));

        var scores = model.Evaluate(Texts);

        var naive = NaiveDecoder.Of(causal.Decoder);
        foreach (var (text, row) in Texts.Zip(scores))
        {
            var expected = naive.Logits(causal.Tokenizer.EncodeWithSpecialTokens(text))[^1];
            row.Length.ShouldBe(3);
            for (var label = 0; label < 3; label++) ((double)row[label]).ShouldBe(expected[label], 1e-4);
        }
    }

    [Theory, MemberData(nameof(ModelTypes))]
    public void A_reward_model_of_every_family_is_saved_and_loads_again(string modelType)
    {
        using var folder = new TemporaryFolder();
        using var model = SequenceModel.WithScores(TinyFolders.Model(folder, modelType), HeadSection.Default(1), seed: 7, CPU);
        model.Save(folder["reward"]);
        using var again = SequenceModel.Load(folder["reward"], CPU);
        again.Config.Labels.ShouldBe(["LABEL_0"]);
        again.Evaluate(Texts).ShouldBe(model.Evaluate(Texts));
        again.Evaluate([Texts[1]])[0].Length.ShouldBe(1);

        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder["reward"], "config.json")));
        config.RootElement.GetProperty("architectures")[0].GetString()!.ShouldEndWith("ForSequenceClassification");
        config.RootElement.GetProperty("id2label").GetProperty("0").GetString().ShouldBe("LABEL_0");
        config.RootElement.GetProperty("pad_token_id").GetInt32().ShouldBe(model.Tokenizer.PadTokenId);
        using var weights = SafetensorsFile.Open(Path.Combine(folder["reward"], "model.safetensors"));
        weights.Entries["score.weight"].Shape.ShouldBe([1, model.Config.HiddenSize]);
        weights.Entries.ShouldNotContainKey("lm_head.weight");
        Should.Throw<SwiftException>(() => CausalLanguageModel.Load(folder["reward"], CPU)).Reason.Code.ShouldBe("no_language_head");
        Should.Throw<SwiftException>(() => ModelExport.ToGguf(folder["reward"], "f32", folder["x.gguf"])).Reason.Code.ShouldBe("model_not_exportable");
    }

    [Fact]
    public void Qwens_reward_through_a_hidden_layer_is_read_run_and_written()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder, "qwen2");
        var config = ModelConfigFile.Load(path) with { Head = HeadKind.HiddenLayerReward, Labels = HeadSection.Default(1) };
        using var decoder = TinyModels.Create(config, seed: 5);
        SafetensorsModel.Save(decoder, path);
        var configPath = Path.Combine(path, "config.json");
        ModelConfigFile.Save(config, path);
        var written = JsonNode.Parse(File.ReadAllText(configPath))!.AsObject();
        written["architectures"]!.ToJsonString().ShouldBe("""["Qwen2ForRewardModel"]""");
        // As published: without labels.
        written.Remove("id2label");
        written.Remove("label2id");
        File.WriteAllText(configPath, written.ToJsonString());

        using var model = SequenceModel.Load(path, CPU);
        var rewards = model.Evaluate(Texts);

        model.Config.Labels.Count.ShouldBe(1);
        var naive = new NaiveReward(decoder);
        foreach (var (text, row) in Texts.Zip(rewards))
            ((double)row.ShouldHaveSingleItem()).ShouldBe(naive.Of(model.Tokenizer.EncodeWithSpecialTokens(text)), 1e-4);
        rewards.Select(row => row[0]).Distinct().Count().ShouldBe(Texts.Length);
        model.Save(folder["saved"]);
        using var weights = SafetensorsFile.Open(Path.Combine(folder["saved"], "model.safetensors"));
        weights.Entries.Keys.Where(name => name.StartsWith("score", StringComparison.Ordinal)).ShouldBe(["score.0.weight", "score.0.bias", "score.2.weight", "score.2.bias"], ignoreOrder: true);
        using var again = SequenceModel.Load(folder["saved"], CPU);
        again.Evaluate(Texts).ShouldBe(rewards);
    }

    /// <summary>The head by plain loops over doubles. The hidden states are the logits of a language model whose output projection is the unit matrix.</summary>
    private sealed class NaiveReward(Decoder decoder)
    {
        public double Of(int[] ids)
        {
            var size = decoder.Config.HiddenSize;
            var weights = decoder.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value.data<float>().ToArray());
            var unit = new double[size, size];
            for (var i = 0; i < size; i++) unit[i, i] = 1;
            var state = NaiveDecoder.Of(decoder, output: unit).Logits(ids)[^1];
            double reward = weights["score.2.bias"][0];
            for (var row = 0; row < size; row++)
            {
                double value = weights["score.0.bias"][row];
                for (var column = 0; column < size; column++) value += weights["score.0.weight"][row * size + column] * state[column];
                reward += Math.Max(0, value) * weights["score.2.weight"][row];
            }
            return reward;
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_head()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        using SequenceModel first = SequenceModel.WithScores(path, ["x"], 3, CPU), same = SequenceModel.WithScores(path, ["x"], 3, CPU), other = SequenceModel.WithScores(path, ["x"], 4, CPU);
        same.Evaluate(Texts).ShouldBe(first.Evaluate(Texts));
        other.Evaluate(Texts).ShouldNotBe(first.Evaluate(Texts));
    }

    [Theory]
    [InlineData(PoolingKind.LastToken, true)]
    [InlineData(PoolingKind.Mean, true)]
    [InlineData(PoolingKind.Mean, false)]
    public void An_embedding_is_pooled_from_the_hidden_states(PoolingKind kind, bool normalize)
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        SentenceEmbeddingFiles.Write(path, new Pooling(kind, normalize), 64);
        using var causal = CausalLanguageModel.Load(path, CPU);
        using var model = SequenceModel.ForEmbeddings(path, CPU);
        foreach (var (text, vector) in Texts.Zip(model.Evaluate(Texts)))
        {
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var ids = TinyModels.Row(causal.Tokenizer.EncodeWithSpecialTokens(text));
            using var attention = new CausalAttention(ids.shape[1]);
            var rows = causal.Decoder.Hidden(ids, arange(ids.shape[1]).unsqueeze(0), attention).squeeze(0).data<float>().ToArray().Chunk(64).ToArray();
            double[] pooled = kind == PoolingKind.Mean ? [.. Enumerable.Range(0, 64).Select(i => rows.Average(row => row[i]))] : [.. rows[^1].Select(value => (double)value)];
            var length = normalize ? Math.Sqrt(pooled.Sum(value => value * value)) : 1;
            for (var i = 0; i < 64; i++) ((double)vector[i]).ShouldBe(pooled[i] / length, 1e-5);
        }
    }

    [Fact]
    public void An_embedding_model_is_saved_as_sentence_transformers_has_it_and_loads_again()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        SentenceEmbeddingFiles.Write(path, new Pooling(PoolingKind.Mean), 64);
        using var model = SequenceModel.ForEmbeddings(path, CPU);
        model.Save(folder["embedding"]);
        using var again = SequenceModel.Load(folder["embedding"], CPU);
        again.Pooling.ShouldBe(new Pooling(PoolingKind.Mean));
        again.Evaluate(Texts).ShouldBe(model.Evaluate(Texts));
        using var weights = SafetensorsFile.Open(Path.Combine(folder["embedding"], "model.safetensors"));
        weights.Entries.Keys.ShouldAllBe(name => !name.StartsWith("model.", StringComparison.Ordinal));
        File.ReadAllText(Path.Combine(folder["embedding"], "modules.json")).ShouldContain("sentence_transformers.models.Normalize");
    }

    [Fact]
    public void Wrong_heads_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = TinyFolders.Model(folder);
        Should.Throw<SwiftException>(() => SequenceModel.Load(path, CPU)).Reason.Code.ShouldBe("no_sequence_head");
        using (var model = SequenceModel.WithScores(path, ["no", "yes"], 1, CPU)) model.Save(folder["classes"]);
        var config = Path.Combine(folder["classes"], "config.json");
        var text = File.ReadAllText(config);
        File.WriteAllText(config, text.Replace("\"1\": \"yes\"", "\"1\": \"yes\", \"2\": \"maybe\""));
        Should.Throw<SwiftException>(() => SequenceModel.Load(folder["classes"], CPU)).Reason.Code.ShouldBe("weights_mismatch");
        File.WriteAllText(config, text.Replace("\"1\": \"yes\"", "\"5\": \"yes\""));
        Should.Throw<SwiftException>(() => SequenceModel.Load(folder["classes"], CPU)).Reason.Code.ShouldBe("bad_model_config");
    }
}
