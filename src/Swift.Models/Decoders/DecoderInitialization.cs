using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace Swift.Models.Decoders;

/// <summary>
/// Random weights from a seed. Every tensor has its own stream, derived from the seed and its Hugging Face name, so that the
/// values do not depend on the order of creation, on which tensors are fused, or on the device.
/// </summary>
public static class DecoderInitialization
{
    /// <summary>Matrices ~ N(0, initializer_range²), biases 0, gains of norms 1 (a weight of 0 where the gain is 1 + the weight).</summary>
    public static void Initialize(Decoder decoder, long seed)
    {
        using var grad = no_grad();
        foreach (var parameter in decoder.Parameters)
        {
            using var scope = NewDisposeScope();
            switch (parameter.Kind)
            {
                case ParameterKind.Norm:
                    parameter.Value.fill_(decoder.Config.Family.CentredNorms ? 0 : 1);
                    break;
                case ParameterKind.Bias:
                    parameter.Value.fill_(0);
                    break;
                default:
                    foreach (var (name, view) in parameter.Views())
                    {
                        var values = Normal(StreamOf(seed, name), view.numel(), decoder.Config.InitializerRange);
                        view.copy_(tensor(values).view(view.shape));
                    }
                    break;
            }
        }
    }

    private static ulong StreamOf(long seed, string name) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"initial weights\n{seed}\n{name}")));

    /// <summary>Box and Muller's transform of two SplitMix64 numbers per pair; element i depends on the stream and i only.</summary>
    private static float[] Normal(ulong stream, long count, double deviation)
    {
        var values = new float[count];
        Parallel.For(0, (count + 1) / 2, pair =>
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(stream, 2 * (ulong)pair))) * deviation;
            var (sin, cos) = Math.SinCos(2 * Math.PI * Uniform(stream, 2 * (ulong)pair + 1));
            values[2 * pair] = (float)(radius * cos);
            if (2 * pair + 1 < count)
                values[2 * pair + 1] = (float)(radius * sin);
        });
        return values;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    private static double Uniform(ulong stream, ulong index)
    {
        var z = stream + (index + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
