using System.Text;
using Swift.Contracts.Experiments;
using Swift.Models;
using Swift.Models.Decoders;
using static TorchSharp.torch;

namespace Swift.Inference.Tests;

public sealed class PerplexityTests(SmallModelFolder folder) : IClassFixture<SmallModelFolder>
{
    [Fact]
    public void Only_tokens_behind_the_middle_of_each_whole_window_are_scored()
    {
        const int Context = 32;
        using var model = folder.Load();
        var text = string.Join('\n', File.ReadLines(folder.TestFile).Take(4));
        var tokens = model.Tokenizer.Encode(text);
        var losses = new List<double>();
        for (var start = 0; start + Context <= tokens.Length; start += Context)
        {
            for (var target = Context / 2 + 1; target < Context; target++)
                losses.Add(-SmallModel.LogSoftmax(LastLogits(model, tokens.AsSpan(start, target).ToArray()))[tokens[start + target]]);
        }

        var result = Perplexity.Measure(model, text + "\n", Context);

        result.Windows.ShouldBe(tokens.Length / Context);
        result.ScoredTokens.ShouldBe(losses.Count);
        result.Value.ShouldBe(Math.Exp(losses.Average()), 1e-4 * result.Value);
    }

    [Fact]
    public void Stories260K_has_the_perplexity_that_llama_cpp_measures()
    {
        using var model = CausalLanguageModel.Load(SharedData.Require("data/stories260K.gguf"), CPU);
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(SharedData.Require("data/tinyshakespeare.txt")).AsSpan(0, 20_000));
        Perplexity.Measure(model, text, contextLength: 256).Value.ShouldBe(97.16, 0.005 * 97.16);
    }

    [Theory]
    [InlineData(3, "context_too_short")]
    [InlineData(257, "context_too_long")]
    [InlineData(200, "text_too_short")]
    public void What_cannot_be_measured_is_refused(int context, string code)
    {
        using var model = folder.Load();
        Should.Throw<SwiftException>(() => Perplexity.Measure(model, "A short text.", context)).Reason.Code.ShouldBe(code);
    }

    private static float[] LastLogits(CausalLanguageModel model, int[] tokens)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var attention = new CausalAttention(tokens.Length);
        var ids = tensor(tokens.Select(t => (long)t).ToArray(), 1, tokens.Length);
        return model.Decoder.Forward(ids, arange(tokens.Length, ScalarType.Int64).unsqueeze(0), attention)[0, -1].data<float>().ToArray();
    }
}
