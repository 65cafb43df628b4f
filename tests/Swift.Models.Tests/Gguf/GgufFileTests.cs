using System.Buffers.Binary;
using Swift.Contracts.Experiments;
using Swift.Models.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Gguf;

public sealed class GgufFileTests
{
    [Fact]
    public void The_stories_model_opens_with_its_vocabulary_and_weights()
    {
        using var scope = NewDisposeScope();
        using var file = GgufFile.Open(SharedData.Require("data/stories260K.gguf"));

        file.Metadata.Text("general.architecture").ShouldBe("llama");
        file.Metadata.Integer("llama.block_count").ShouldBe(5);
        file.Metadata.Texts("tokenizer.ggml.tokens")!.Count.ShouldBe(512);
        file.Metadata.Numbers("tokenizer.ggml.scores")!.Count.ShouldBe(512);
        file.Tensors["token_embd.weight"].Shape.ShouldBe([512, 64]);
        var embedding = file.Read("token_embd.weight");
        embedding.shape.ShouldBe([512, 64]);
        embedding.isfinite().all().item<bool>().ShouldBeTrue();
        embedding.abs().max().item<float>().ShouldBeGreaterThan(0.01f);
    }

    [Fact]
    public void A_key_of_another_type_is_an_error_and_an_absent_one_is_null()
    {
        using var file = GgufFile.Open(SharedData.Require("data/stories260K.gguf"));
        Should.Throw<SwiftException>(() => file.Metadata.Integer("general.architecture")).Message.ShouldContain("general.architecture");
        file.Metadata.Text("no.such.key").ShouldBeNull();
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(SharedData.Require("data/stories260K.gguf"));
        foreach (var length in new[] { 0, 3, 24, 100, 1_000, 20_000, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(folder["cut.gguf"], whole[..length]);
            Should.Throw<SwiftException>(() => GgufFile.Open(folder["cut.gguf"]).Dispose(), $"{length} bytes").Reason.Code.ShouldBe("bad_gguf");
        }
    }

    [Fact]
    public void Random_damage_to_the_header_is_refused_or_harmless()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(SharedData.Require("data/stories260K.gguf"));
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 8; i++)
                damaged[random.Next(20_000)] = (byte)random.Next(256);
            File.WriteAllBytes(folder["damaged.gguf"], damaged);
            try
            {
                GgufFile.Open(folder["damaged.gguf"]).Dispose();
            }
            catch (SwiftException e)
            {
                e.Reason.Code.ShouldBe("bad_gguf");
            }
        }
    }

    [Theory]
    [InlineData("a huge number of tensors", ulong.MaxValue, 0UL)]
    [InlineData("a huge number of keys", 0UL, 1UL << 40)]
    public void Counts_beyond_the_file_are_refused_before_anything_is_allocated(string what, ulong tensors, ulong values)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[64];
        "GGUF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), tensors);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), values);
        File.WriteAllBytes(folder["a.gguf"], bytes);
        Should.Throw<SwiftException>(() => GgufFile.Open(folder["a.gguf"]).Dispose(), what).Reason.Code.ShouldBe("bad_gguf");
    }
}
