using Swift.Cli.Commands.Pipelines;
using Swift.Cli.Terminal;

namespace Swift.EndToEnd.Tests.CommandLine;

public sealed class PipelineFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("swift-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Relative_paths_are_relative_to_the_file()
    {
        var pipeline = Read("model: { tokenizer: tok }\nstages:\n- kind: sft\n  data: { dataset: [train.jsonl#500, /data/more.jsonl, ../up.jsonl] }\n");
        pipeline.GetProperty("model").GetProperty("tokenizer").GetString().ShouldBe(Path.Combine(_folder, "tok"));
        pipeline.GetProperty("stages")[0].GetProperty("data").GetProperty("dataset").EnumerateArray().Select(d => d.GetString())
            .ShouldBe([Path.Combine(_folder, "train.jsonl#500"), "/data/more.jsonl", Path.Combine(Path.GetDirectoryName(_folder)!, "up.jsonl")]);
    }

    [Fact]
    public void What_is_wrong_in_it_is_left_for_the_server_to_refuse()
    {
        var pipeline = Read("model: 3\nstages:\n- kind: sft\n  data: { dataset: train.jsonl }\n");
        pipeline.GetProperty("model").GetInt32().ShouldBe(3);
        pipeline.GetProperty("stages")[0].GetProperty("data").GetProperty("dataset").GetString().ShouldBe("train.jsonl");
    }

    [Fact]
    public void Broken_yaml_is_refused_with_its_line() =>
        Should.Throw<UsageException>(() => Read("model: [\n")).Message.ShouldContain("line");

    private System.Text.Json.JsonElement Read(string yaml)
    {
        var file = Path.Combine(_folder, "pipeline.yaml");
        File.WriteAllText(file, yaml);
        return PipelineFile.Read(file);
    }
}
