using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Swift.Api.Pipelines.Inputs;
using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>The API reads with its own rights: from where, its operator says.</summary>
public sealed class InputFolderTests(PipelineFiles files) : IClassFixture<PipelineFiles>, IAsyncLifetime
{
    private readonly TemporaryFolder _outside = new();
    private readonly TemporaryFolder _store = new();
    private PipelineHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        File.Copy(files["train.jsonl"], _outside["secret.jsonl"]);
        _host = await PipelineHost.StartAsync(_store.Path, inputs: new InputFolders { Allowed = [files.Folder], Never = [files["never"]] });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _store.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public async Task Files_in_the_folders_that_are_allowed_are_read()
    {
        (await Validate("train.jsonl")).StatusCode.ShouldBe(HttpStatusCode.OK);
        Link("inside.jsonl", files["train.jsonl"]);
        (await Validate("inside.jsonl")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Whatever_leads_out_of_them_is_refused_alike_whether_it_is_there_or_not()
    {
        Directory.CreateDirectory(files["set"]);
        File.Copy(files["train.jsonl"], files["set/a.jsonl"], overwrite: true);
        Directory.CreateDirectory(files["never"]);
        File.Copy(files["train.jsonl"], files["never/b.jsonl"], overwrite: true);
        Link("file-link.jsonl", _outside["secret.jsonl"]);
        Link("folder-link", _outside.Path);
        Link("two-steps.jsonl", files["file-link.jsonl"]);
        Link("set/link.jsonl", _outside["secret.jsonl"]);
        Link("circle", files["circle"]);

        var outside = Path.GetFileName(_outside.Path);
        foreach (var path in (string[])
            [
                _outside["secret.jsonl"], _outside["absent.jsonl"], "/etc/passwd", "/proc/self/environ", "/dev/stdin", "/",
                $"../{outside}/secret.jsonl", $"x/../../{outside}/secret.jsonl", $"{files.Folder}/../{outside}/secret.jsonl", $"{files.Folder}-not/train.jsonl",
                "file-link.jsonl", "folder-link/secret.jsonl", "folder-link", "two-steps.jsonl", "set", "circle", "never/b.jsonl", "never", "/etc/*", "*-link.jsonl", "/nowhere/**", $"{_outside["secret.jsonl"]}#3",
            ])
        {
            using var answer = await Validate(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("errors");
            var message = errors.GetProperty("stages[0].data.dataset[0]")[0].GetString()!;
            message.ShouldContain("is not where this API may read", customMessage: path);
            message.ShouldContain(files.Folder);
        }
    }

    [Fact]
    public async Task Models_and_tokenizers_are_held_to_the_same()
    {
        using var answer = await _host.Http.PostAsJsonAsync("/v1/pipelines:validate", new
        {
            name = "outside",
            model = new { path = "/etc", tokenizer = "/etc/passwd" },
            stages = new[] { new { kind = "sft", data = new { dataset = new[] { files["train.jsonl"] } } } },
        }, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("errors");
        errors.GetProperty("model.path")[0].GetString()!.ShouldContain("is not where this API may read");
        errors.GetProperty("model.tokenizer")[0].GetString()!.ShouldContain("is not where this API may read");
    }

    private void Link(string name, string target)
    {
        File.Delete(files[name]);
        File.CreateSymbolicLink(files[name], target);
    }

    private Task<HttpResponseMessage> Validate(string dataset) => _host.Http.PostAsync("/v1/pipelines:validate", new StringContent($$"""
        name: inside
        model: { path: {{files["model"]}} }
        stages: [{ kind: sft, data: { dataset: ['{{Path.Combine(files.Folder, dataset)}}'] } }]
        """, System.Text.Encoding.UTF8, "application/yaml"), TestContext.Current.CancellationToken);
}
