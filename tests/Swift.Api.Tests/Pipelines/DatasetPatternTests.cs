using System.Net;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>Patterns of files over folders of which not all can be listed.</summary>
public sealed class DatasetPatternTests(PipelineFiles files) : IClassFixture<PipelineFiles>, IAsyncLifetime
{
    private readonly TemporaryFolder _data = new();
    private readonly TemporaryFolder _store = new();
    private PipelineHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_data["new/deep"]);
        File.Copy(files["train.jsonl"], _data["new/a.jsonl"]);
        File.Copy(files["train.jsonl"], _data["new/deep/b.jsonl"]);
        File.WriteAllText(_data["new/empty.jsonl"], "");
        _host = await PipelineHost.StartAsync(_store.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData("new/**/*.jsonl", "a.jsonl deep/b.jsonl")]
    [InlineData("new/*.jsonl", "a.jsonl")]
    [InlineData("new/*/?.jsonl", "deep/b.jsonl")]
    // What is a file here could be a folder elsewhere.
    [InlineData("*/a.jsonl/*.jsonl", "")]
    [InlineData("*/nowhere/*.jsonl", "")]
    public async Task A_pattern_means_the_files_with_content_in_the_order_of_their_paths(string pattern, string means)
    {
        using var answer = await Validate(pattern);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(means == "" ? HttpStatusCode.BadRequest : HttpStatusCode.OK, text);
        if (means == "") text.ShouldContain("There is no file");
        else JsonDocument.Parse(text).RootElement.GetProperty("datasets").EnumerateObject().Select(dataset => dataset.Name).ShouldBe(means.Split(' ').Select(name => _data["new/" + name]));
    }

    [Fact]
    public async Task Links_in_a_circle_are_refused_by_name()
    {
        Directory.CreateSymbolicLink(_data["new/deep/back"], _data["new"]);
        (await Refusal("new/**/*.jsonl")).ShouldContain($"{_data["new/deep/back"]} leads back to {_data["new/"]}");
        // A pattern that does not lead there does not mind.
        (await Validate("new/*.jsonl")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, InlineData(UnixFileMode.None), InlineData(UnixFileMode.UserRead), UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_may_not_be_listed_is_refused_by_name(UnixFileMode mode)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "Whoever runs this may list everything.");
        Directory.CreateDirectory(_data["new/lost+found/inside"]);
        File.SetUnixFileMode(_data["new/lost+found"], mode);
        try
        {
            (await Refusal("new/**/*.jsonl")).ShouldContain("lost+found");
        }
        finally
        {
            File.SetUnixFileMode(_data["new/lost+found"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<string> Refusal(string dataset)
    {
        using var answer = await Validate(dataset);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return problem.GetProperty("errors").GetProperty("stages[0].data.dataset[0]")[0].GetString()!;
    }

    private Task<HttpResponseMessage> Validate(string dataset) => _host.Http.PostAsync("/v1/pipelines:validate", new StringContent($$"""
        name: patterns
        model: { path: {{files["model"]}} }
        stages: [{ kind: sft, data: { dataset: ['{{_data[dataset]}}'] } }]
        """, System.Text.Encoding.UTF8, "application/yaml"), TestContext.Current.CancellationToken);
}
