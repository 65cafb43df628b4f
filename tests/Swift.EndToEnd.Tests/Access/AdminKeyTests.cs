using System.Runtime.Versioning;
using Swift.Cli.Api;
using Swift.Cli.Hosting;
using Swift.Testing;

namespace Swift.EndToEnd.Tests.Access;

[UnsupportedOSPlatform("windows")]
public sealed class AdminKeyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_key_is_made_once_for_its_owners_eyes_only()
    {
        AdminKeyFile.Find(_folder.Path).ShouldBeNull();
        var key = AdminKeyFile.ReadOrCreate(_folder.Path);
        key.ShouldStartWith("swift_");
        File.GetUnixFileMode(AdminKeyFile.PathIn(_folder.Path)).ShouldBe(OwnerOnly);
        AdminKeyFile.ReadOrCreate(_folder.Path).ShouldBe(key);
        AdminKeyFile.Find(_folder.Path).ShouldBe(key);
        Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_key_that_others_could_read_is_closed_again()
    {
        AdminKeyFile.ReadOrCreate(_folder.Path);
        File.SetUnixFileMode(AdminKeyFile.PathIn(_folder.Path), OwnerOnly | UnixFileMode.OtherRead);
        AdminKeyFile.ReadOrCreate(_folder.Path);
        File.GetUnixFileMode(AdminKeyFile.PathIn(_folder.Path)).ShouldBe(OwnerOnly);
    }

    [Fact]
    public void The_command_line_finds_the_key_of_the_server_on_a_port_of_this_machine_and_shows_it_to_no_other()
    {
        var port = FreePort.Take();
        var key = AdminKeyFile.ReadOrCreate(_folder.Path);
        using (LocalServers.Announce(port, _folder.Path))
        {
            ApiKeyLookup.Find(new Uri($"http://127.0.0.1:{port}"), null).ShouldBe(key);
            ApiKeyLookup.Find(new Uri($"http://127.0.0.1:{port}"), "mine").ShouldBe("mine");
            ApiKeyLookup.Find(new Uri($"http://swift.example:{port}"), null).ShouldBeNull();
        }
        ApiKeyLookup.Find(new Uri($"http://127.0.0.1:{port}"), null).ShouldNotBe(key);
    }
}
