using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Swift.Api.Errors;
using Swift.Api.Tests.Pipelines;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;
using Swift.Testing;

namespace Swift.Api.Tests.Errors;

/// <summary>Whatever goes wrong, the answer is problem details that name the field and tell nothing of the inside.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private const string Secret = "/var/secret/path";

    private readonly TemporaryFolder _folder = new();
    private PipelineHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await PipelineHost.StartAsync(_folder.Path, map: app =>
    {
        app.MapGet("/defect", string () => throw new InvalidOperationException(Secret));
        app.MapGet("/refusal", string () => throw new ProblemException(409, "in_the_way", "Move aside."));
        app.MapGet("/unprocessable", string () => throw new ProblemException(422, "key_reused", "Take another."));
        app.MapGet("/stale", string () => throw new ProblemException(412, "stale", "Read again."));
        app.MapGet("/bad-input", string () => throw SwiftException.BadInput("bad_digest", "That is no digest."));
        app.MapGet("/missing-artifact", string () => throw new SwiftException(new FailureReason(FailureKind.Infrastructure, "artifact_missing", "Gone.")));
        app.MapGet("/concurrent", string () => throw new JasperFx.ConcurrencyException(typeof(string), Secret));
        app.MapGet("/broken-connection", string () => throw new AggregateException(Secret, new NpgsqlException(Secret)));
        app.MapGet("/full-table", string () => throw new PostgresException(Secret, "ERROR", "ERROR", "23505"));
        app.MapGet("/number", (int page) => page.ToString());
        app.MapPost("/command", (ExperimentCommand body) => body.Reason ?? "");
        app.MapPost("/submit", (SubmitExperiment body) => body.Name ?? "");
    });

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/defect", 500, "internal_error")]
    [InlineData("/refusal", 409, "in_the_way")]
    [InlineData("/unprocessable", 422, "key_reused")]
    [InlineData("/stale", 412, "stale")]
    [InlineData("/bad-input", 400, "bad_digest")]
    [InlineData("/missing-artifact", 404, "artifact_missing")]
    [InlineData("/concurrent", 409, "concurrent_change")]
    [InlineData("/broken-connection", 503, "database_unavailable")]
    [InlineData("/full-table", 500, "internal_error")]
    [InlineData("/nowhere", 404, "not_found")]
    [InlineData("/number?page=many", 400, "invalid_parameter")]
    [InlineData("/number", 400, "missing_parameter")]
    [InlineData("/command", 405, "method_not_allowed")]
    public async Task Every_error_is_problem_details(string path, int status, string code)
    {
        // A client of server-sent events accepts nothing else, and is told all the same.
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        var problem = await Problem(await _host.Http.SendAsync(request), status);

        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("type").GetString().ShouldBe("urn:swift:problem:" + code);
        problem.GetProperty("instance").GetString().ShouldBe(path.Split('?')[0]);
        problem.GetProperty("trace_id").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        problem.GetRawText().ShouldNotContain(Secret);
        problem.GetRawText().ShouldNotContain("System.");
    }

    [Theory]
    [InlineData("/command", "{", "$", "invalid_json")]
    [InlineData("/command", "{\"reason\": 5}", "reason", "wrong_type")]
    [InlineData("/submit", "{\"pipeline_version\": \"new\"}", "pipeline_version", "wrong_type")]
    public async Task A_body_that_cannot_be_read_is_refused_under_its_field(string path, string body, string field, string code)
    {
        var problem = await Problem(await _host.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json")), 400);
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
        problem.GetRawText().ShouldNotContain("System.");
        problem.GetRawText().ShouldNotContain(nameof(SubmitExperiment));
    }

    [Fact]
    public async Task The_parameter_that_cannot_be_read_is_named()
    {
        var problem = await Problem(await _host.Http.GetAsync("/number?page=many"), 400);
        problem.GetProperty("errors").GetProperty("page")[0].GetString()!.ShouldContain("many");
    }

    [Fact]
    public async Task Another_media_type_than_json_is_refused() =>
        (await Problem(await _host.Http.PostAsync("/command", new StringContent("reason", Encoding.UTF8, "text/plain")), 415))
            .GetProperty("code").GetString().ShouldBe("unsupported_media_type");

    [Fact]
    public async Task A_database_that_is_away_is_said_with_when_to_try_again()
    {
        var answer = await _host.Http.GetAsync("/v1/pipelines");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await Problem(answer, 503)).GetProperty("code").GetString().ShouldBe("database_unavailable");
    }

    private static async Task<JsonElement> Problem(HttpResponseMessage answer, int status)
    {
        answer.StatusCode.ShouldBe((HttpStatusCode)status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        return problem;
    }
}
