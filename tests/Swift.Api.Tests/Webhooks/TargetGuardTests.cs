using System.Net;
using System.Net.Sockets;
using Swift.Api.Webhooks;
using Swift.Api.Webhooks.Network;

namespace Swift.Api.Tests.Webhooks;

/// <summary>Where messages may go.</summary>
public sealed class TargetGuardTests
{
    [Theory]
    [InlineData("http://example.com/hook", "Is not https")]
    [InlineData("ftp://example.com/hook", "Is not an absolute https")]
    [InlineData("/hook", "Is not an absolute https")]
    [InlineData("https://user:secret@example.com/", "password")]
    [InlineData("https://localhost/", "internal")]
    [InlineData("https://127.0.0.1/", "internal")]
    [InlineData("https://2130706433/", "internal")]
    [InlineData("https://0x7f.1/", "internal")]
    [InlineData("https://0/", "internal")]
    [InlineData("https://[::1]/", "internal")]
    [InlineData("https://[::]/", "internal")]
    [InlineData("https://[::ffff:127.0.0.1]/", "internal")]
    [InlineData("https://[::ffff:a9fe:a9fe]/", "internal")]
    [InlineData("https://[64:ff9b::7f00:1]/", "internal")]
    [InlineData("https://[2002:7f00:1::]/", "internal")]
    [InlineData("https://[fe80::1]/", "internal")]
    [InlineData("https://[fd00:ec2::254]/", "internal")]
    [InlineData("https://169.254.169.254/latest/meta-data", "internal")]
    [InlineData("https://10.1.2.3/", "internal")]
    [InlineData("https://172.31.255.255/", "internal")]
    [InlineData("https://192.168.0.1/", "internal")]
    [InlineData("https://100.64.0.1/", "internal")]
    [InlineData("https://224.0.0.1/", "internal")]
    [InlineData("https://inside.test/", "internal")]
    [InlineData("https://both.test/", "internal")]
    public async Task An_address_that_leads_inside_is_refused(string url, string reason)
    {
        TargetGuard guard = new(new WebhookSettings { Resolve = Names });
        (await guard.ProblemOfAsync(new Uri(url, UriKind.RelativeOrAbsolute), TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldContain(reason);
    }

    [Theory]
    [InlineData("https://outside.test/hook", "")]
    [InlineData("https://93.184.216.34:8443/", "")]
    [InlineData("https://[2606:4700::1111]/", "")]
    [InlineData("https://unknown.test/", "")]
    [InlineData("http://inside.test/", "inside.test")]
    [InlineData("http://10.1.2.3:9000/", "10.1.0.0/16")]
    [InlineData("https://[::ffff:10.1.2.3]/", "10.1.0.0/16")]
    public async Task An_address_outside_or_one_that_the_operator_allows_is_taken(string url, string allowed)
    {
        TargetGuard guard = new(new WebhookSettings { Resolve = Names, Allowed = allowed.Length == 0 ? [] : [allowed] });
        (await guard.ProblemOfAsync(new Uri(url), TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    private static Task<IPAddress[]> Names(string host, CancellationToken ct) => Task.FromResult<IPAddress[]>(host switch
    {
        "inside.test" => [IPAddress.Parse("10.1.2.3")],
        "both.test" => [IPAddress.Parse("93.184.216.34"), IPAddress.Parse("::ffff:10.0.0.1")],
        "outside.test" or "example.com" => [IPAddress.Parse("93.184.216.34")],
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        _ => throw new SocketException((int)SocketError.HostNotFound),
    });
}
