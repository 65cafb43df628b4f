using System.Buffers.Binary;
using System.Text;
using Swift.Api.Reproduction;
using Swift.Contracts.Rest;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Api.Tests.Reproduction;

public sealed class ContentDifferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderArtifactStore _store;

    public ContentDifferenceTests() => _store = new FolderArtifactStore(_folder["artifacts"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_are_compared_by_line_and_field()
    {
        (await Find("/d/train.jsonl", "{\"a\":1}\n{\"m\":[{\"c\":\"x\"}]}\n", "{\"a\":1}\n{\"m\":[{\"c\":\"y\"}]}\n"))
            .ShouldBe(new ArtifactDifference("/d/train.jsonl", null, "line 2, m[0].c", "\"x\"", "\"y\""));
        (await Find("rollouts", "{\"a\":1}\n", "{\"a\":1}\n{\"a\":2}\n")).ShouldBe(new ArtifactDifference("rollouts", null, "line 2", null, "{\"a\":2}"));
    }

    [Fact]
    public async Task Reports_are_compared_by_field_and_other_files_by_byte()
    {
        (await Find("report", "{\"scores\":{\"accuracy\":0.5}}", "{\"scores\":{\"accuracy\":0.25}}"))!.Place.ShouldBe("scores.accuracy");
        (await Find("gguf-f32", "abcd", "abXd"))!.Place.ShouldBe("byte 2");
        (await Find("gguf-f32", "abcd", "ab"))!.Place.ShouldBe("byte 2");
    }

    [Fact]
    public async Task Models_are_compared_by_tensor_and_element()
    {
        var before = await Model([("a", [1, 2]), ("b", [3, 4, 5, 6])]);
        var after = await Model([("a", [1, 2]), ("b", [3, 4, 5.5f, 6])]);
        (await new ContentDifference(_store).FindAsync("model", before, after, TestContext.Current.CancellationToken))
            .ShouldBe(new ArtifactDifference("model", "model.safetensors", "tensor b, element [1, 0]", "5", "5.5"));
        var without = await Model([("a", [1, 2])]);
        (await new ContentDifference(_store).FindAsync("model", before, without, TestContext.Current.CancellationToken))!
            .ShouldSatisfyAllConditions(d => d.Place.ShouldBe("tensor b"), d => d.After.ShouldBeNull());
    }

    [Fact]
    public async Task Bytes_that_are_gone_cannot_be_compared() =>
        (await new ContentDifference(_store).FindAsync("model", "sha256:" + new string('0', 64), await Put("x"), TestContext.Current.CancellationToken)).ShouldBeNull();

    private async Task<ArtifactDifference?> Find(string name, string before, string after) =>
        await new ContentDifference(_store).FindAsync(name, await Put(before), await Put(after), TestContext.Current.CancellationToken);

    private async Task<string> Put(string content) =>
        (await _store.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), TestContext.Current.CancellationToken)).Digest.ToString();

    /// <summary>A model folder of float32 tensors with two columns.</summary>
    private async Task<string> Model((string Name, float[] Values)[] tensors)
    {
        var folder = Directory.CreateDirectory(_folder[Guid.NewGuid().ToString()]).FullName;
        var (entries, data) = (new List<string>(), new MemoryStream());
        foreach (var (name, values) in tensors)
        {
            entries.Add($$"""{{'"'}}{{name}}{{'"'}}:{"dtype":"F32","shape":[{{values.Length / 2}},2],"data_offsets":[{{data.Length}},{{data.Length + (values.Length * 4)}}]}""");
            foreach (var value in values)
            {
                data.Write(BitConverter.GetBytes(value));
            }
        }
        var header = Encoding.UTF8.GetBytes("{" + string.Join(",", entries) + "}");
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.safetensors"), [.. length, .. header, .. data.ToArray()], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), "{}", TestContext.Current.CancellationToken);
        return (await _store.PutFolderAsync(folder, ct: TestContext.Current.CancellationToken)).Digest.ToString();
    }
}
