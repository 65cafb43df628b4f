using Swift.Models.Config;
using Swift.Models.Decoders;
using TorchSharp;

namespace Swift.Models.Tests.Decoders;

/// <summary>An independent decoder: plain loops over doubles, one sequence, no cache, no fusing. Written from the formulas.</summary>
/// <param name="geluByTable">GELU is looked up as llama.cpp does: input and result are rounded to 16 bits.</param>
internal sealed class NaiveDecoder(ModelConfig config, IReadOnlyDictionary<string, double[,]> weights, bool geluByTable)
{
    /// <param name="output">Stands in for the output projection of a model that is not tied.</param>
    public static NaiveDecoder Of(Decoder decoder, bool geluByTable = false, double[,]? output = null)
    {
        var weights = new Dictionary<string, double[,]>();
        int queries = decoder.Config.NumAttentionHeads * decoder.Config.HeadDim, keys = decoder.Config.NumKeyValueHeads * decoder.Config.HeadDim;
        using var scope = torch.NewDisposeScope();
        foreach (var (name, view) in decoder.Parameters.SelectMany(parameter => parameter.Views()))
        {
            var values = view.contiguous().cpu().data<float>().ToArray();
            var (rows, columns) = view.dim() == 1 ? (1, (int)view.shape[0]) : ((int)view.shape[0], (int)view.shape[1]);
            var matrix = new double[rows, columns];
            for (var i = 0; i < values.Length; i++)
                matrix[i / columns, i % columns] = values[i];
            weights[name] = matrix;
            if (name.Contains("qkv_proj"))
                Split(name, matrix, "qkv_proj", [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)]);
            if (name.Contains("gate_up_proj"))
                Split(name, matrix, "gate_up_proj", [("gate_proj", decoder.Config.IntermediateSize), ("up_proj", decoder.Config.IntermediateSize)]);
        }
        if (output is not null)
            weights[OutputOf(decoder.Config) + ".weight"] = output;
        return new NaiveDecoder(decoder.Config, weights, geluByTable);

        void Split(string name, double[,] matrix, string whole, (string Name, int Rows)[] parts)
        {
            var row = 0;
            foreach (var part in parts)
            {
                var rows = new double[part.Rows, matrix.GetLength(1)];
                Array.Copy(matrix, row * matrix.GetLength(1), rows, 0, rows.Length);
                weights[name.Replace(whole, part.Name)] = rows;
                row += part.Rows;
            }
        }
    }

    /// <summary>Logits [position][token].</summary>
    public double[][] Logits(IReadOnlyList<int> ids)
    {
        var gemma = config.ModelType.StartsWith("gemma");
        var x = ids.Select(id => Row(weights["model.embed_tokens.weight"], id).Select(v => gemma ? v * Math.Sqrt(config.HiddenSize) : v).ToArray()).ToArray();
        for (var layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            var p = $"model.layers.{layer}.";
            var attended = Attention(x.Select(row => Norm(row, p + "input_layernorm")).ToArray(), p + "self_attn.", config.WindowOf(layer));
            if (gemma)
                attended = attended.Select(row => Norm(row, p + "post_attention_layernorm")).ToArray();
            x = x.Zip(attended, Add).ToArray();
            x = x.Select(row =>
            {
                var fed = FeedForward(Norm(row, p + (gemma ? "pre_feedforward_layernorm" : "post_attention_layernorm")), p);
                return Add(row, gemma ? Norm(fed, p + "post_feedforward_layernorm") : fed);
            }).ToArray();
        }
        return [.. x.Select(row => Linear(Norm(row, "model.norm"), OutputOf(config)).Select(v => Cap(v, config.FinalLogitSoftcapping)).ToArray())];
    }

    private static string OutputOf(ModelConfig config) => config.TieWordEmbeddings ? "model.embed_tokens" : "lm_head";

    private static double Cap(double value, double? cap) => cap is { } c ? c * Math.Tanh(value / c) : value;

    private double[][] Attention(double[][] x, string p, int? window)
    {
        int heads = config.NumAttentionHeads, d = config.HeadDim, group = heads / config.NumKeyValueHeads;
        var q = Heads(x, p + "q_proj", p + "q_norm", heads, window);
        var k = Heads(x, p + "k_proj", p + "k_norm", config.NumKeyValueHeads, window);
        var v = x.Select(row => Linear(row, p + "v_proj")).ToArray();
        var result = new double[x.Length][];
        for (var i = 0; i < x.Length; i++)
        {
            var mixed = new double[heads * d];
            for (var h = 0; h < heads; h++)
            {
                var first = window is { } w ? Math.Max(0, i - w + 1) : 0;
                var scores = Enumerable.Range(first, i - first + 1)
                    .Select(j => q[i][h].Zip(k[j][h / group], (a, b) => a * b).Sum() / Math.Sqrt(config.QueryPreAttnScalar ?? d))
                    .Select(score => Cap(score, config.AttnLogitSoftcapping)).ToArray();
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

    private double[][][] Heads(double[][] x, string projection, string norm, int heads, int? window)
    {
        int d = config.HeadDim, turning = (int)(d * config.PartialRotaryFactor), half = turning / 2;
        var rope = window is not null && config.SlidingRope is { } sliding ? sliding : config.Rope;
        return [.. x.Select((row, position) =>
        {
            var all = Linear(row, projection);
            return Enumerable.Range(0, heads).Select(h =>
            {
                var head = all[(h * d)..((h + 1) * d)];
                if (config.ModelType is "qwen3" or "qwen3_moe" or "gemma3_text")
                    head = Norm(head, norm);
                var rotated = head.ToArray();
                for (var e = 0; e < half; e++)
                {
                    var angle = position / Math.Pow(rope.Theta, 2.0 * e / turning) / (rope.Type == RopeType.Linear ? rope.Factor : 1);
                    rotated[e] = head[e] * Math.Cos(angle) - head[e + half] * Math.Sin(angle);
                    rotated[e + half] = head[e + half] * Math.Cos(angle) + head[e] * Math.Sin(angle);
                }
                return rotated;
            }).ToArray();
        })];
    }

    private double[] FeedForward(double[] x, string p)
    {
        var (module, gate, up, down) = config.ModelType == "mixtral" ? ("block_sparse_moe.", "w1", "w3", "w2") : ("mlp.", "gate_proj", "up_proj", "down_proj");
        if (!weights.ContainsKey(p + module + "gate.weight"))
            return Gated(x, p + module + gate, p + module + up, p + module + down);
        var scores = Linear(x, p + module + "gate").Select(Math.Exp).ToArray();
        var chosen = scores.Select((score, expert) => (Probability: score / scores.Sum(), Expert: expert)).OrderByDescending(item => item.Probability)
            .Take(config.NumExpertsPerTok).ToArray();
        var divisor = config.NormTopkProb ? chosen.Sum(item => item.Probability) : 1;
        var sum = new double[x.Length];
        foreach (var (probability, expert) in chosen)
        {
            var e = $"{p}{module}experts.{expert}.";
            sum = Add(sum, Gated(x, e + gate, e + up, e + down).Select(v => v * probability / divisor).ToArray());
        }
        return sum;
    }

    private double[] Gated(double[] x, string gateName, string upName, string downName)
    {
        var gate = Linear(x, gateName);
        var up = Linear(x, upName);
        double Active(double g) => config.ModelType.StartsWith("gemma") ? geluByTable ? TableGelu(g) : Gelu(g) : g / (1 + Math.Exp(-g));
        return Linear([.. gate.Zip(up, (g, u) => Active(g) * u)], downName);
    }

    private static double Gelu(double g) => g / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g)));

    private static double TableGelu(double g) => g <= -10 ? 0 : g >= 10 ? g : (double)(Half)Gelu((double)(Half)g);

    private double[] Norm(double[] x, string name)
    {
        var scale = 1 / Math.Sqrt(x.Sum(v => v * v) / x.Length + config.RmsNormEps);
        return [.. x.Select((v, i) => v * scale * (weights[name + ".weight"][0, i] + (config.ModelType.StartsWith("gemma") ? 1 : 0)))];
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
