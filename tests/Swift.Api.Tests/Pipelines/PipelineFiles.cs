using Swift.Testing;

namespace Swift.Api.Tests.Pipelines;

/// <summary>A temporary folder with the files of a small pipeline: a tokenizer with the ids 0 to 255, and data sets.</summary>
public sealed class PipelineFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public PipelineFiles()
    {
        WriteTokenizer("tokenizer.json", 256);
        Write("train.jsonl", string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"query": "{{i}} + 1 = ?", "response": "{{i + 1}}", "solution": "{{i + 1}}"}""")));
        Write("empty.jsonl", "");
        Write("blank.jsonl", "\n\n");
        Write("bad-row.jsonl", "{\"query\": \"a\", \"response\": \"b\"}\n\n{\"query\": \"a\", \"respon");
        Write("not-an-object.jsonl", "{\"query\": \"a\", \"response\": \"b\"}\n[1, 2]");
        File.WriteAllBytes(this["bad-encoding.jsonl"], [.. """{"query": "a", "response": "b"}"""u8, (byte)'\n', .. """{"query": "a", "response": """u8, 0xFF, (byte)'"', (byte)'}']);
        File.CreateSymbolicLink(this["loop.jsonl"], this["loop.jsonl"]);
        File.CreateSymbolicLink(this["dangling.jsonl"], this["nowhere.jsonl"]);
        Write("no-response.jsonl", "{\"query\": \"a\"}\n{\"query\": \"b\"}");
        Write("some-responses.jsonl", "{\"query\": \"a\"}\n{\"query\": \"b\", \"response\": \"c\"}");
        WriteModel("model", "qwen3", vocabularySize: 256, tokenizerSize: 256);
        WriteModel("model-of-another-kind", "mamba", vocabularySize: 256, tokenizerSize: 256);
        WriteModel("model-with-wrong-tokenizer", "qwen3", vocabularySize: 100, tokenizerSize: 256);
        Directory.CreateDirectory(Path.Combine(Folder, "empty-folder"));
        Write("not.json", "this is no JSON");
        Write("unknown-kind.json", """{"model": {"type": "Bigram", "vocab": [["a", 0]]}}""");
        Write("unigram-without-list.json", """{"model": {"type": "Unigram", "vocab": {"a": 0}}}""");
        Write("text.model", "no protocol buffer");
    }

    public string this[string name] => Path.Combine(Folder, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
    }

    public void WriteTokenizer(string name, int size) =>
        Write(name, $$$"""{"model": {"type": "BPE", "vocab": {{{{string.Join(", ", Enumerable.Range(0, size).Select(i => $"\"t{i}\": {i}"))}}}}, "merges": []}, "added_tokens": []}""");

    private void WriteModel(string name, string type, int vocabularySize, int tokenizerSize)
    {
        Write($"{name}/config.json", $$"""{"model_type": "{{type}}", "vocab_size": {{vocabularySize}}, "max_position_embeddings": 128}""");
        Write($"{name}/model.safetensors", "weights");
        Write($"{name}/tokenizer_config.json", "{}");
        WriteTokenizer($"{name}/tokenizer.json", tokenizerSize);
    }

    public void Dispose() => _folder.Dispose();
}
