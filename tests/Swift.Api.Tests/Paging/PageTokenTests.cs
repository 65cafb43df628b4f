using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Paging;

/// <summary>Tokens of the lists, as somebody sends them who wants to get more out of them than they were given for.</summary>
public sealed class PageTokenTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _database = null!;
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabase();
        _plane = await ControlPlane.Start(_database, _folder.Path);
        for (var i = 0; i < 2; i++) await _plane.Submit(TestPipeline.Write(_folder.Path));
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_token_in_which_any_bit_is_another_is_refused()
    {
        var token = await TokenOf(_plane, "/v1/experiments?pageSize=1");
        (await _plane.Http.GetAsync($"/v1/experiments?pageToken={token}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var bytes = Base64Url.DecodeFromChars(token);
        for (var bit = 0; bit < bytes.Length * 8; bit += 5)
        {
            var forged = bytes.ToArray();
            forged[bit / 8] ^= (byte)(1 << bit % 8);
            await Refused(_plane, $"/v1/experiments?pageToken={Base64Url.EncodeToString(forged)}");
        }
        foreach (var forged in (string[])["", "x", token[..^1], token + "AA", "=" + token, new string('A', 2000), "%00", Base64Url.EncodeToString(bytes.AsSpan(0, 16))])
        {
            await Refused(_plane, $"/v1/experiments?pageToken={forged}");
        }
    }

    [Fact]
    public async Task A_token_is_good_for_the_list_the_filters_the_order_and_the_server_it_came_from()
    {
        var token = await TokenOf(_plane, "/v1/experiments?pageSize=1&name=small");
        (await _plane.Http.GetAsync($"/v1/experiments?name=small&pageSize=7&pageToken={token}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Refused(_plane, $"/v1/experiments?pageToken={token}");
        await Refused(_plane, $"/v1/experiments?name=other&pageToken={token}");
        await Refused(_plane, $"/v1/experiments?name=small&status=running&pageToken={token}");
        await Refused(_plane, $"/v1/experiments?name=small&orderBy=submitted_at&pageToken={token}");
        await Refused(_plane, $"/v1/models?pageToken={token}");
        await Refused(_plane, $"/v1/pipelines?pageToken={token}");

        await using var other = await ControlPlane.Start(await postgres.CreateDatabase(), _folder["other"]);
        await Refused(other, $"/v1/experiments?name=small&pageToken={token}");
    }

    [Fact]
    public async Task A_second_node_on_the_same_database_takes_the_token_of_the_first()
    {
        await using var second = await ControlPlane.Start(_database, _folder["second"]);
        var token = await TokenOf(_plane, "/v1/experiments?pageSize=1");
        (await second.Http.GetAsync($"/v1/experiments?pageToken={token}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string> TokenOf(ControlPlane plane, string path) =>
        (await plane.Http.GetFromJsonAsync<Page<ExperimentSummary>>(path, SwiftJson.Options))!.NextPageToken.ShouldNotBeNull();

    private static async Task Refused(ControlPlane plane, string path)
    {
        using var answer = await plane.Http.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("bad_page_token");
        problem.GetProperty("errors").TryGetProperty("pageToken", out _).ShouldBeTrue();
    }
}
