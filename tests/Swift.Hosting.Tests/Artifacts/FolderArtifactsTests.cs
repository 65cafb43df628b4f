using System.Text;
using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Hosting.Tests.Artifacts;

public sealed class FolderArtifactsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderArtifactStore _store;

    public FolderArtifactsTests() => _store = new FolderArtifactStore(_folder["artifacts"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_comes_back_as_it_was()
    {
        Write("source/config.json", "{}");
        Write("source/training/state.json", "state");
        var stored = await _store.PutFolderAsync(_folder["source"]);
        stored.Size.ShouldBe(7);
        await _store.MaterializeFolderAsync(stored.Digest, _folder["target"]);
        (await File.ReadAllTextAsync(_folder["target/config.json"])).ShouldBe("{}");
        (await File.ReadAllTextAsync(_folder["target/training/state.json"])).ShouldBe("state");
    }

    [Fact]
    public async Task The_same_files_give_the_same_digest_whatever_their_order_and_times()
    {
        foreach (var name in new[] { "b", "a", "c/d" }) Write($"one/{name}", name);
        foreach (var name in new[] { "c/d", "b", "a" }) Write($"two/{name}", name);
        File.SetLastWriteTimeUtc(_folder["two/a"], DateTime.UnixEpoch);
        (await _store.PutFolderAsync(_folder["one"])).ShouldBe(await _store.PutFolderAsync(_folder["two"]));
    }

    [Fact]
    public async Task Part_of_a_folder_can_be_stored()
    {
        Write("source/model.safetensors", "weights");
        Write("source/training/optimizer.safetensors", "moments");
        var stored = await _store.PutFolderAsync(_folder["source"], path => !path.StartsWith("training/", StringComparison.Ordinal));
        (await _store.ReadManifestAsync(stored.Digest)).Files.Select(file => file.Path).ShouldBe(["model.safetensors"]);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../outside")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    [InlineData("C:evil")]
    [InlineData("")]
    public async Task A_manifest_that_leads_out_of_its_folder_is_refused(string path)
    {
        var content = await _store.PutAsync(new MemoryStream([1]));
        var manifest = new FolderManifest([new FolderEntry(path, content.Digest.ToString(), 1)]);
        var stored = await _store.PutAsync(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, SwiftJson.Options)));
        var failure = await Should.ThrowAsync<SwiftException>(() => _store.MaterializeFolderAsync(stored.Digest, _folder["target"]));
        failure.Reason.Code.ShouldBe("bad_manifest");
        Directory.Exists(_folder["target"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_is_not_taken_for_a_folder()
    {
        var stored = await _store.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes("{\"files\":[oops")));
        (await Should.ThrowAsync<SwiftException>(() => _store.MaterializeFolderAsync(stored.Digest, _folder["target"])))
            .Reason.Code.ShouldBe("not_a_folder_artifact");
    }

    [Fact]
    public async Task Links_to_files_are_followed_and_links_to_folders_refused()
    {
        Write("blobs/weights", "weights");
        Directory.CreateDirectory(_folder["source"]);
        File.CreateSymbolicLink(_folder["source/model.safetensors"], _folder["blobs/weights"]);
        (await _store.PutFolderAsync(_folder["source"])).Size.ShouldBe(7);
        Directory.CreateSymbolicLink(_folder["source/loop"], _folder["source"]);
        (await Should.ThrowAsync<SwiftException>(() => _store.PutFolderAsync(_folder["source"]))).Reason.Code.ShouldBe("folder_has_links");
    }

    [Fact]
    public async Task Garbage_collection_keeps_what_is_named_and_what_is_new()
    {
        Write("live/a", "a");
        Write("live/shared", "shared");
        Write("dead/b", "b");
        Write("dead/shared", "shared");
        var live = await _store.PutFolderAsync(_folder["live"]);
        var dead = await _store.PutFolderAsync(_folder["dead"]);
        var clock = new ShiftedClock(TimeSpan.FromHours(2));
        var nothing = await _store.CollectGarbageAsync(new HashSet<ArtifactDigest>(), TimeSpan.FromHours(3), clock);
        nothing.Deleted.ShouldBe(0);

        var report = await _store.CollectGarbageAsync(new HashSet<ArtifactDigest> { live.Digest }, TimeSpan.FromHours(1), clock);
        report.Deleted.ShouldBe(2); // the manifest of the dead folder and its file b
        report.Kept.ShouldBe(3);
        await _store.MaterializeFolderAsync(live.Digest, _folder["target"]);
        (await _store.FindLengthAsync(dead.Digest)).ShouldBeNull();
    }

    [Fact]
    public async Task Storing_something_again_renews_its_grace_period()
    {
        Write("source/a", "a");
        var stored = await _store.PutFolderAsync(_folder["source"]);
        foreach (var file in Directory.EnumerateFiles(_folder["artifacts/sha256"], "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        (await _store.PutFolderAsync(_folder["source"])).ShouldBe(stored);
        (await _store.CollectGarbageAsync(new HashSet<ArtifactDigest>(), TimeSpan.FromHours(1), TimeProvider.System)).Deleted.ShouldBe(0);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllText(_folder[path], text);
    }

    private sealed class ShiftedClock(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
    }
}
