using System.Security.Cryptography;
using System.Text;
using Swift.Contracts.Experiments;
using Swift.Hosting.Artifacts;
using Swift.Testing;

namespace Swift.Hosting.Tests.Artifacts;

public sealed class FolderArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FolderArtifactStore _store;

    public FolderArtifactStoreTests() => _store = new FolderArtifactStore(_folder["artifacts"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_artifact_is_named_by_its_sha256_and_read_back()
    {
        var stored = await Put("hello");
        stored.Digest.ToString().ShouldBe("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
        stored.Size.ShouldBe(5);
        (await Read(stored.Digest)).ShouldBe("hello");
        (await _store.FindLengthAsync(stored.Digest)).ShouldBe(5);
        File.Exists(_folder[$"artifacts/sha256/2c/{stored.Digest.Hex}"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Storing_the_same_bytes_twice_at_once_is_harmless()
    {
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        var stored = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _store.PutAsync(new MemoryStream(content)))));
        stored.Distinct().Count().ShouldBe(1);
        (await _store.EnumerateAsync().CountAsync()).ShouldBe(1);
        Directory.EnumerateFileSystemEntries(_folder["artifacts/tmp"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_made_from_a_key_is_found_again_until_it_is_collected()
    {
        (await _store.FindDerivedAsync("data and settings")).ShouldBeNull();
        var stored = await Put("made");
        await _store.SetDerivedAsync("data and settings", stored.Digest);
        (await new FolderArtifactStore(_folder["artifacts"]).FindDerivedAsync("data and settings")).ShouldBe(stored.Digest);
        (await _store.FindDerivedAsync("other settings")).ShouldBeNull();

        await _store.CollectGarbageAsync(new HashSet<ArtifactDigest>(), TimeSpan.Zero, TimeProvider.System);
        (await _store.FindDerivedAsync("data and settings")).ShouldBeNull();
        Directory.EnumerateFiles(_folder["artifacts/derived"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_write_that_breaks_off_leaves_no_name()
    {
        await Should.ThrowAsync<IOException>(() => _store.PutAsync(new BreakingStream()));
        (await _store.EnumerateAsync().CountAsync()).ShouldBe(0);
        Directory.EnumerateFileSystemEntries(_folder["artifacts/tmp"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_changed_byte_is_noticed_and_the_artifact_is_put_aside_until_it_is_made_again()
    {
        var stored = await Put("precious");
        var path = _folder[$"artifacts/sha256/{stored.Digest.Hex[..2]}/{stored.Digest.Hex}"];
        File.Delete(path);
        await File.WriteAllTextAsync(path, "preciouS");

        var failure = await Should.ThrowAsync<SwiftException>(() => _store.OpenReadAsync(stored.Digest));
        failure.Reason.Code.ShouldBe("artifact_corrupted");
        failure.Reason.Kind.ShouldBe(FailureKind.Infrastructure);
        Directory.EnumerateFiles(_folder["artifacts/quarantine"]).Count().ShouldBe(1);
        (await Should.ThrowAsync<SwiftException>(() => _store.OpenReadAsync(stored.Digest))).Reason.Code.ShouldBe("artifact_missing");

        await Put("precious");
        (await Read(stored.Digest)).ShouldBe("precious");
    }

    [Fact]
    public async Task Writing_to_a_materialised_file_does_not_change_the_store()
    {
        var stored = await Put("original");
        await _store.MaterializeFileAsync(stored.Digest, _folder["copy"]);
        (await File.ReadAllTextAsync(_folder["copy"])).ShouldBe("original");
        try
        {
            await File.WriteAllTextAsync(_folder["copy"], "altered!");
        }
        catch (UnauthorizedAccessException)
        {
            // an ordinary user is refused at once
        }
        (await Read(stored.Digest)).ShouldBe("original");
    }

    [Fact]
    public async Task A_deleted_artifact_is_missing()
    {
        var stored = await Put("short-lived");
        (await _store.DeleteAsync(stored.Digest)).ShouldBeTrue();
        (await _store.DeleteAsync(stored.Digest)).ShouldBeFalse();
        (await _store.FindLengthAsync(stored.Digest)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    [InlineData("sha256:2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824")]
    [InlineData("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982")]
    [InlineData("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b98244")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../etc/passwd000000000")]
    [InlineData("sha512:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    public void What_is_not_exactly_a_digest_is_refused(string? text)
    {
        ArtifactDigest.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<SwiftException>(() => ArtifactDigest.Parse(text)).Reason.Code.ShouldBe("bad_digest");
    }

    private Task<StoredArtifact> Put(string text) => _store.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private async Task<string> Read(ArtifactDigest digest)
    {
        await using var content = await _store.OpenReadAsync(digest);
        return await new StreamReader(content).ReadToEndAsync();
    }

    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default) =>
            _reads++ < 3 ? ValueTask.FromResult(buffer.Length) : throw new IOException("The line went dead.");
    }
}
