using System.Buffers.Binary;
using Swift.Contracts.Experiments;
using Swift.Models.Decoders;
using Swift.Models.Safetensors;
using Swift.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models.Tests.Safetensors;

public sealed class SafetensorsTests
{
    [Fact]
    public void A_decoder_comes_back_bit_for_bit_and_writes_the_same_bytes_again()
    {
        using var folder = new TemporaryFolder();
        using var original = TinyModels.Create(TinyModels.Llama);
        SafetensorsModel.Save(original, folder.Path);
        var bytes = File.ReadAllBytes(folder["model.safetensors"]);
        using var copy = new Decoder(original.Config, CPU);

        SafetensorsModel.Load(copy, folder.Path);

        foreach (var (a, b) in original.Parameters.Zip(copy.Parameters))
            a.Value.data<float>().ToArray().ShouldBe(b.Value.data<float>().ToArray(), a.Name);
        SafetensorsModel.Save(copy, folder.Path);
        File.ReadAllBytes(folder["model.safetensors"]).ShouldBe(bytes);
    }

    [Fact]
    public void The_names_on_disk_are_those_of_Hugging_Face()
    {
        using var folder = new TemporaryFolder();
        using var decoder = TinyModels.Create(TinyModels.Qwen3);
        SafetensorsModel.Save(decoder, folder.Path);
        using var file = SafetensorsFile.Open(folder["model.safetensors"]);

        file.Entries.Keys.Count().ShouldBe(3 * 11 + 2);
        file.Entries["model.layers.2.self_attn.k_proj.weight"].Shape.ShouldBe([32, 24]);
        file.Entries["model.layers.0.self_attn.q_norm.weight"].Shape.ShouldBe([8]);
        file.Entries["model.layers.1.mlp.up_proj.weight"].Shape.ShouldBe([36, 24]);
        file.Entries.ShouldNotContainKey("lm_head.weight");
    }

    [Fact]
    public void A_large_model_is_cut_into_shards_with_an_index_and_comes_back_bit_for_bit()
    {
        const long most = 8_000;
        using var folder = new TemporaryFolder();
        using var original = TinyModels.Create(TinyModels.Llama);
        SafetensorsModel.Save(original, folder.Path);

        SafetensorsModel.Save(original, folder.Path, maximumShardBytes: most);

        File.Exists(folder["model.safetensors"]).ShouldBeFalse();
        var shards = SafetensorsModel.FilesOf(folder.Path).Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)).ToArray();
        shards.Length.ShouldBeGreaterThan(3);
        Path.GetFileName(shards[0]).ShouldBe($"model-00001-of-{shards.Length:d5}.safetensors");
        shards.ShouldAllBe(file => new FileInfo(file).Length < most + 2_000);
        using var index = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(folder["model.safetensors.index.json"]));
        index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64().ShouldBe(4 * original.ParameterCount);
        using var copy = new Decoder(original.Config, CPU);
        SafetensorsModel.Load(copy, folder.Path);
        foreach (var (a, b) in original.Parameters.Zip(copy.Parameters))
            a.Value.data<float>().ToArray().ShouldBe(b.Value.data<float>().ToArray(), a.Name);

        SafetensorsModel.Save(original, folder.Path, ScalarType.BFloat16);
        Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).ShouldBe(["model.safetensors"]);
        using var half = SafetensorsFile.Open(folder["model.safetensors"]);
        half.Entries.Values.ShouldAllBe(entry => entry.Type == ScalarType.BFloat16);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Half_precision_files_load_as_the_values_they_hold(ScalarType type)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Create(TinyModels.Qwen3);
        SafetensorsWriter.Write(folder["model.safetensors"], decoder.Parameters.SelectMany(parameter => parameter.Views()), type);
        using var copy = new Decoder(decoder.Config, CPU);

        SafetensorsModel.Load(copy, folder.Path);

        foreach (var (a, b) in decoder.Parameters.Zip(copy.Parameters))
            TinyModels.LargestDifference(a.Value.to(type).to(ScalarType.Float32), b.Value).ShouldBe(0);
    }

    [Fact]
    public void Several_files_with_an_index_load_like_one()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Create(TinyModels.Qwen3);
        var views = decoder.Parameters.SelectMany(parameter => parameter.Views()).ToList();
        SafetensorsWriter.Write(folder["model-00001-of-00002.safetensors"], views.Take(10));
        SafetensorsWriter.Write(folder["model-00002-of-00002.safetensors"], views.Skip(10));
        var map = string.Join(",", views.Select((view, i) => $"\"{view.Name}\":\"model-0000{(i < 10 ? 1 : 2)}-of-00002.safetensors\""));
        File.WriteAllText(folder["model.safetensors.index.json"], $"{{\"weight_map\":{{{map}}}}}");
        using var copy = new Decoder(decoder.Config, CPU);

        SafetensorsModel.Load(copy, folder.Path);

        TinyModels.LargestDifference(decoder.Parameters[^1].Value, copy.Parameters[^1].Value).ShouldBe(0);
        File.WriteAllText(folder["model.safetensors.index.json"], "{\"weight_map\":{\"a\":\"../outside.safetensors\"}}");
        Should.Throw<SwiftException>(() => SafetensorsModel.Load(copy, folder.Path)).Message.ShouldContain("outside");
    }

    [Fact]
    public void Every_tensor_that_does_not_fit_is_named()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Create(TinyModels.Qwen3);
        var views = decoder.Parameters.SelectMany(parameter => parameter.Views())
            .Where(view => view.Name != "model.norm.weight")
            .Select(view => view.Name == "model.layers.1.mlp.down_proj.weight" ? (view.Name, ones(2, 3)) : view)
            .Append(("model.extra.weight", ones(4)));
        SafetensorsWriter.Write(folder["model.safetensors"], views);

        var error = Should.Throw<SwiftException>(() => SafetensorsModel.Load(decoder, folder.Path));

        error.Reason.Code.ShouldBe("weights_mismatch");
        error.Message.ShouldContain("model.norm.weight is missing");
        error.Message.ShouldContain("model.layers.1.mlp.down_proj.weight has shape [2, 3], config.json asks for [24, 36]");
        error.Message.ShouldContain("model.extra.weight is unexpected");
    }

    public static TheoryData<string, string> HostileHeaders => new()
    {
        { "not JSON", "{\"a\":" },
        { "no object", "[1]" },
        { "unknown dtype", """{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""" },
        { "no offsets", """{"a":{"dtype":"F32","shape":[1]}}""" },
        { "three offsets", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""" },
        { "size differs from shape", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""" },
        { "backwards", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}""" },
        { "negative", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""" },
        { "negative dimensions", """{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""" },
        { "overflowing shape", """{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}""" },
        { "after the end", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[8,24]}}""" },
        { "far after the end", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775800,9223372036854775804]}}""" },
        { "overlapping", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""" },
        { "twice the same name", """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""" },
    };

    [Theory, MemberData(nameof(HostileHeaders))]
    public void A_hostile_header_is_refused(string what, string header)
    {
        using var folder = new TemporaryFolder();
        var text = System.Text.Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + text.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        File.WriteAllBytes(folder["a.safetensors"], file);
        Should.Throw<SwiftException>(() => SafetensorsFile.Open(folder["a.safetensors"]).Dispose(), what).Reason.Code.ShouldBe("bad_safetensors");
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, 123, 125 })]
    public void A_file_too_short_for_its_header_is_refused(byte[] content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.safetensors"], content);
        Should.Throw<SwiftException>(() => SafetensorsFile.Open(folder["a.safetensors"]).Dispose()).Reason.Code.ShouldBe("bad_safetensors");
    }

    [Fact]
    public void A_failed_write_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        Should.Throw<ArgumentOutOfRangeException>(() =>
            SafetensorsWriter.Write(folder["a.safetensors"], [("a", ones(2)), ("b", ones([2], ScalarType.ComplexFloat32))]));
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }
}
