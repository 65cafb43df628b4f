using Swift.Models.Config;
using Swift.Models.Decoders;
using TorchSharp;

namespace Swift.Models.Tests.Decoders;

/// <summary>An independent decoder: plain loops over doubles, one sequence, no cache, no fusing. Written from the formulas.</summary>
internal sealed class NaiveDecoder(ModelConfig config, IReadOnlyDictionary<string, double[,]> weights)
{
    public static NaiveDecoder Of(Decoder decoder)
    {
        var weights = new Dictionary<string, double[,]>();
        using var scope = torch.NewDisposeScope();
        foreach (var (name, view) in decoder.Parameters.SelectMany(parameter => parameter.Views()))
        {
            var values = view.contiguous().cpu().data<float>().ToArray();
            var (rows, columns) = view.dim() == 1 ? (1, (int)view.shape[0]) : ((int)view.shape[0], (int)view.shape[1]);
            var matrix = new double[rows, columns];
            for (var i = 0; i < values.Length; i++)
                matrix[i / columns, i % columns] = values[i];
            weights[name] = matrix;
        }
        return new NaiveDecoder(decoder.Config, weights);
    }

    /// <summary>Logits [position][token].</summary>
    public double[][] Logits(IReadOnlyList<int> ids)
    {
        var x = ids.Select(id => Row(weights["model.embed_tokens.weight"], id)).ToArray();
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var p = $"model.layers.{layer}.";
            var attended = Attention(x.Select(row => Norm(row, p + "input_layernorm")).ToArray(), p + "self_attn.", config.WindowOf(layer));
            x = x.Zip(attended, Add).ToArray();
            x = x.Select(row => Add(row, FeedForward(Norm(row, p + "post_attention_layernorm"), p + "mlp."))).ToArray();
        }
        var output = config.TieWordEmbeddings ? "model.embed_tokens" : "lm_head";
        return [.. x.Select(row => Linear(Norm(row, "model.norm"), output))];
    }

    private double[][] Attention(double[][] x, string p, int? window)
    {
        int heads = config.NumAttentionHeads, d = config.HeadDim, group = heads / config.NumKeyValueHeads;
        var q = Heads(x, p + "q_proj", p + "q_norm", heads);
        var k = Heads(x, p + "k_proj", p + "k_norm", config.NumKeyValueHeads);
        var v = x.Select(row => Linear(row, p + "v_proj")).ToArray();
        var result = new double[x.Length][];
        for (var i = 0; i < x.Length; i++)
        {
            var mixed = new double[heads * d];
            for (var h = 0; h < heads; h++)
            {
                var first = window is { } w ? Math.Max(0, i - w + 1) : 0;
                var scores = Enumerable.Range(first, i - first + 1)
                    .Select(j => q[i][h].Zip(k[j][h / group], (a, b) => a * b).Sum() / Math.Sqrt(d)).ToArray();
                var max = scores.Max();
                var sum = scores.Sum(s => Math.Exp(s - max));
                for (var j = first; j <= i; j++)
                    for (var e = 0; e < d; e++)
                        mixed[h * d + e] += Math.Exp(scores[j - first] - max) / sum * v[j][h / group * d + e];
            }
            result[i] = Linear(mixed, p + "o_proj");
        }
        return result;
    }

    private double[][][] Heads(double[][] x, string projection, string norm, int heads)
    {
        int d = config.HeadDim, half = d / 2;
        return [.. x.Select((row, position) =>
        {
            var all = Linear(row, projection);
            return Enumerable.Range(0, heads).Select(h =>
            {
                var head = all[(h * d)..((h + 1) * d)];
                if (config.ModelType == "qwen3")
                    head = Norm(head, norm);
                var rotated = new double[d];
                for (var e = 0; e < half; e++)
                {
                    var angle = position / Math.Pow(config.Rope.Theta, 2.0 * e / d);
                    rotated[e] = head[e] * Math.Cos(angle) - head[e + half] * Math.Sin(angle);
                    rotated[e + half] = head[e + half] * Math.Cos(angle) + head[e] * Math.Sin(angle);
                }
                return rotated;
            }).ToArray();
        })];
    }

    private double[] FeedForward(double[] x, string p)
    {
        var gate = Linear(x, p + "gate_proj");
        var up = Linear(x, p + "up_proj");
        return Linear([.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], p + "down_proj");
    }

    private double[] Norm(double[] x, string name)
    {
        var scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + config.RmsNormEps);
        return [.. x.Select((v, i) => v * scale * weights[name + ".weight"][0, i])];
    }

    private double[] Linear(double[] x, string name)
    {
        var w = weights[name + ".weight"];
        var bias = weights.GetValueOrDefault(name + ".bias");
        var y = new double[w.GetLength(0)];
        for (var i = 0; i < y.Length; i++)
        {
            y[i] = bias?[0, i] ?? 0;
            for (var j = 0; j < x.Length; j++)
                y[i] += w[i, j] * x[j];
        }
        return y;
    }

    private static double[] Row(double[,] matrix, int row) =>
        [.. Enumerable.Range(0, matrix.GetLength(1)).Select(column => matrix[row, column])];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
