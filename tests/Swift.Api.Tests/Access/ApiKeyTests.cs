using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Swift.Api.Access.Keys;
using Swift.Api.Tests.Experiments;
using Swift.Contracts;
using Swift.Contracts.Access;
using Swift.Contracts.Events;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Access;

/// <summary>Keys over HTTP: made, used, limited, run out, revoked.</summary>
public sealed class ApiKeyTests(PostgresFixture postgres) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private string _database = null!;
    private ControlPlane _plane = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await postgres.CreateDatabase();
        _plane = await ControlPlane.Start(_database, _folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_key_works_until_it_is_revoked_and_its_text_is_nowhere_in_the_database()
    {
        var created = await Create(new CreateApiKey("ci", [Role.Operator]));
        using var ci = _plane.ClientWith(created.Key);
        (await ci.GetFromJsonAsync<CallerView>("/v1/caller", SwiftJson.Options))!.Actor.ShouldBe("key/ci");
        (await List()).Single(key => key.Name == "ci").LastUsedAt.ShouldNotBeNull();
        (await Dump()).ShouldNotContain(created.Key["swift_".Length..]);

        var revoked = await _plane.Http.PostAsJsonAsync("/v1/api-keys/ci:revoke", new RevokeApiKey("left the team"), SwiftJson.Options);
        revoked.StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await ci.GetAsync("/v1/caller");
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Headers.WwwAuthenticate.ToString().ShouldContain("invalid_token");
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!.ShouldContain("The key ci is revoked");
        var view = (await List()).Single(key => key.Name == "ci");
        view.Status.ShouldBe("revoked");
        view.RevokedBecause.ShouldBe("left the team");
        view.RevokedBy.ShouldBe(view.IssuedBy);
        view.RevokedBy!.ShouldStartWith("key/admin-");
    }

    [Fact]
    public async Task The_history_of_an_experiment_is_of_an_experiment_and_of_no_other_stream()
    {
        await Create(new CreateApiKey("reader", [Role.Viewer], ["experiments"]));
        await using var session = _plane.Store.QuerySession();
        var key = (await session.Query<ApiKey>().ToListAsync(TestContext.Current.CancellationToken))[0].Id;
        (await session.Events.FetchStreamStateAsync(key, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        (await _plane.Http.GetAsync($"/v1/experiments/{key}/events")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_that_ran_out_is_refused()
    {
        var keys = _plane.Services.GetRequiredService<ApiKeys>();
        const string secret = "swift_ran-out-0123456789-0123456789";
        await keys.RegisterAsync(secret, hash => new ApiKeyIssued("old", [Role.Admin], [], hash, DateTimeOffset.UnixEpoch), "test", TestContext.Current.CancellationToken);
        using var old = _plane.ClientWith(secret);
        (await old.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_scope_limits_a_key_to_an_area()
    {
        var created = await Create(new CreateApiKey("reader", [Role.Viewer], ["experiments"]));
        using var reader = _plane.ClientWith(created.Key);
        (await reader.GetAsync("/v1/experiments")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await reader.GetAsync("/v1/pipelines");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().ShouldBe("key/reader is limited to experiments; this is pipelines.");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("experiments", false)]
    [InlineData("api-keys,experiments", false)]
    [InlineData("api-keys", true)]
    public async Task A_key_that_is_limited_makes_no_key_that_reaches_further(string? scopes, bool made)
    {
        var limited = await Create(new CreateApiKey("keeper", [Role.Admin], ["api-keys", "models"]));
        using var keeper = _plane.ClientWith(limited.Key);
        var answer = await keeper.PostAsJsonAsync("/v1/api-keys", new CreateApiKey("made", [Role.Admin], scopes?.Split(',')), SwiftJson.Options);
        answer.StatusCode.ShouldBe(made ? HttpStatusCode.Created : HttpStatusCode.Forbidden);
        if (!made) (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("scope_exceeded");
    }

    [Fact]
    public async Task A_refusal_names_the_role_that_is_missing()
    {
        var created = await Create(new CreateApiKey("looker", [Role.Viewer]));
        using var looker = _plane.ClientWith(created.Key);
        var refused = await looker.PostAsJsonAsync("/v1/experiments", new { });
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("forbidden");
        problem.GetProperty("detail").GetString().ShouldBe("This needs the role operator; key/looker has viewer.");
    }

    [Theory]
    [InlineData("{\"roles\": [\"viewer\"]}", "name")]
    [InlineData("{\"name\": \"../x\", \"roles\": [\"viewer\"]}", "name")]
    [InlineData("{\"name\": \"x\", \"roles\": []}", "roles")]
    [InlineData("{\"name\": \"x\", \"roles\": [\"root\"]}", "roles")]
    [InlineData("{\"name\": \"x\", \"roles\": [\"viewer\"], \"scopes\": [\"everything\"]}", "scopes")]
    [InlineData("{\"name\": \"x\", \"roles\": [\"viewer\"], \"expires_at\": \"2001-01-01T00:00:00Z\"}", "expires_at")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string field)
    {
        var answer = await _plane.Http.PostAsync("/v1/api-keys", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!.ShouldStartWith(field);
    }

    [Fact]
    public async Task A_name_is_given_once_even_after_its_key_was_revoked()
    {
        await Create(new CreateApiKey("once", [Role.Viewer]));
        (await _plane.Http.PostAsJsonAsync("/v1/api-keys/once:revoke", new RevokeApiKey(), SwiftJson.Options)).EnsureSuccessStatusCode();
        var again = await _plane.Http.PostAsJsonAsync("/v1/api-keys", new CreateApiKey("once", [Role.Viewer]), SwiftJson.Options);
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await _plane.Http.PostAsJsonAsync("/v1/api-keys/never:revoke", new RevokeApiKey(), SwiftJson.Options)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_admin_key_that_was_revoked_stays_so_over_a_restart()
    {
        var second = await Create(new CreateApiKey("second", [Role.Admin]));
        var first = (await List()).Single(key => key.Name.StartsWith("admin-", StringComparison.Ordinal));
        using var admin = _plane.ClientWith(second.Key);
        (await admin.PostAsJsonAsync($"/v1/api-keys/{first.Name}:revoke", new RevokeApiKey(), SwiftJson.Options)).EnsureSuccessStatusCode();
        await _plane.DisposeAsync();
        _plane = await ControlPlane.Start(_database, _folder.Path);
        (await _plane.Http.GetAsync("/v1/caller")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<ApiKeyCreated> Create(CreateApiKey body)
    {
        var answer = await _plane.Http.PostAsJsonAsync("/v1/api-keys", body, SwiftJson.Options);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        return (await answer.Content.ReadFromJsonAsync<ApiKeyCreated>(SwiftJson.Options))!;
    }

    private async Task<IReadOnlyList<ApiKeyView>> List() => (await _plane.Http.GetFromJsonAsync<Page<ApiKeyView>>("/v1/api-keys", SwiftJson.Options))!.Items;

    /// <summary>Every row of every table as text.</summary>
    private async Task<string> Dump()
    {
        await using var connection = new NpgsqlConnection(_database);
        await connection.OpenAsync();
        List<string> tables = [];
        await using (var names = new NpgsqlCommand("select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables where table_schema = 'swift'", connection))
        await using (var reader = await names.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        }
        System.Text.StringBuilder text = new();
        foreach (var table in tables)
        {
            await using var rows = new NpgsqlCommand($"select t::text from {table} t", connection);
            await using var reader = await rows.ExecuteReaderAsync();
            while (await reader.ReadAsync()) text.AppendLine(reader.GetString(0));
        }
        text.ToString().ShouldContain("api_key_issued");
        return text.ToString();
    }
}
