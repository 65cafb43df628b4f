using Swift.Models.Gguf;

namespace Swift.Models.Tests.Gguf;

public sealed class QuantizedBlockTests
{
    private static readonly float[] Ramp = [.. Enumerable.Range(0, 32).Select(k => (k - 16) / 16f)];

    [Fact]
    public void Q8_0_has_the_bytes_of_llama_cpp()
    {
        var block = new byte[QuantizedBlock.Q8Bytes];
        QuantizedBlock.QuantizeQ8(Ramp, block);
        Convert.ToHexStringLower(block).ShouldBe("082081899199a1a9b1b9c0c8d0d8e0e8f0f8000810182028303840474f575f676f77");
    }

    [Fact]
    public void Q4_0_has_the_bytes_of_llama_cpp()
    {
        var block = new byte[QuantizedBlock.Q4Bytes];
        QuantizedBlock.QuantizeQ4(Ramp, block);
        Convert.ToHexStringLower(block).ShouldBe("0030809191a2a2b3b3c4c4d5d5e6e6f7f7f8");
    }

    [Fact]
    public void Values_come_back_within_half_a_step()
    {
        var random = new Random(3);
        var values = new float[32];
        for (var i = 0; i < 32; i++)
            values[i] = (float)(random.NextDouble() * 6 - 3);
        var back = new float[32];
        var largest = values.Max(Math.Abs);

        var q8 = new byte[QuantizedBlock.Q8Bytes];
        QuantizedBlock.QuantizeQ8(values, q8);
        QuantizedBlock.DequantizeQ8(q8, back);
        values.Zip(back, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(largest / 127 * 0.51f + largest * 1e-3f);

        var q4 = new byte[QuantizedBlock.Q4Bytes];
        QuantizedBlock.QuantizeQ4(values, q4);
        QuantizedBlock.DequantizeQ4(q4, back);
        values.Zip(back, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(largest / 8 + 1e-3f);
    }

    [Fact]
    public void A_block_of_zeros_stays_zero()
    {
        var values = new float[32];
        var block = new byte[QuantizedBlock.Q8Bytes];
        QuantizedBlock.QuantizeQ8(values, block);
        block.ShouldAllBe(b => b == 0);
        var back = new float[32];
        QuantizedBlock.DequantizeQ8(block, back);
        back.ShouldBe(values);
    }
}
