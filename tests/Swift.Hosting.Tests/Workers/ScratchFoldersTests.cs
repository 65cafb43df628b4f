using Microsoft.Extensions.Logging.Abstractions;
using Swift.Hosting.Workers;
using Swift.Testing;

namespace Swift.Hosting.Tests.Workers;

public sealed class ScratchFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_dead_process_left_is_deleted_and_what_a_living_one_uses_is_kept()
    {
        Directory.CreateDirectory(_folder["dead/1"]);
        File.WriteAllText(_folder["dead/1/weights"], "weights");
        using var living = Create();
        using var used = living.Take();
        File.WriteAllText(used["weights"], "weights");
        using (var starting = Create())
        {
            Directory.Exists(_folder["dead"]).ShouldBeFalse();
            File.Exists(used["weights"]).ShouldBeTrue();
            using var own = starting.Take();
            own["x"].ShouldNotBe(used["x"]);
        }
        Directory.EnumerateDirectories(_folder.Path).Count().ShouldBe(1);
    }

    private ScratchFolders Create() => new(new WorkerSettings { ScratchFolder = _folder.Path }, NullLogger<ScratchFolders>.Instance);
}
