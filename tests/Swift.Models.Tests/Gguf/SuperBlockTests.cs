using System.Runtime.InteropServices;
using Swift.Models.Gguf;

namespace Swift.Models.Tests.Gguf;

public sealed class SuperBlockTests
{
    private delegate void Quantize(ref float values, ref byte block, long count);

    private delegate void Dequantize(ref byte block, ref float values, long count);

    private delegate void Ours(ReadOnlySpan<byte> block, Span<float> values);

    [Fact]
    public async Task Blocks_made_by_llama_cpp_have_its_values()
    {
        var path = await LlamaCpp.TensorLibrary();
        Assert.SkipUnless(NativeLibrary.TryLoad(path, out var library), $"{path} cannot be loaded.");
        Check("q4_K", SuperBlock.Q4KBytes, SuperBlock.DequantizeQ4K);
        Check("q6_K", SuperBlock.Q6KBytes, SuperBlock.DequantizeQ6K);

        void Check(string type, int bytes, Ours ours)
        {
            var quantize = Marshal.GetDelegateForFunctionPointer<Quantize>(NativeLibrary.GetExport(library, $"quantize_row_{type}_ref"));
            var dequantize = Marshal.GetDelegateForFunctionPointer<Dequantize>(NativeLibrary.GetExport(library, $"dequantize_row_{type}"));
            var random = new Random(5);
            for (var round = 0; round < 200; round++)
            {
                var values = Enumerable.Range(0, SuperBlock.Length).Select(_ => (float)((random.NextDouble() - 0.4) * Math.Pow(2, round % 9))).ToArray();
                var (block, theirs, mine) = (new byte[bytes], new float[SuperBlock.Length], new float[SuperBlock.Length]);
                quantize(ref values[0], ref block[0], SuperBlock.Length);
                dequantize(ref block[0], ref theirs[0], SuperBlock.Length);
                ours(block, mine);
                mine.ShouldBe(theirs, $"{type}, round {round}");
                mine.Zip(values).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(0.1f * (float)Math.Pow(2, round % 9));
            }
        }
    }
}
