namespace Swift.Api.Tests.Experiments;

/// <summary>Files and a specification that pass the door, small.</summary>
internal static class TestPipeline
{
    internal static object Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var train = Path.Combine(folder, "train.jsonl");
        File.WriteAllLines(train, Enumerable.Range(0, 20).Select(i =>
            $$"""{"messages":[{"role":"user","content":"What is {{i}} + 1?"},{"role":"assistant","content":"<answer>{{i + 1}}</answer>"}],"solution":"{{i + 1}}"}"""));
        var tokenizer = Path.Combine(folder, "tokenizer.json");
        File.WriteAllText(tokenizer, """
            {"version":"1.0","added_tokens":[{"id":2,"content":"<|endoftext|>","special":true}],
             "model":{"type":"BPE","vocab":{"a":0,"b":1,"<|endoftext|>":2},"merges":[]}}
            """);
        return new
        {
            name = "small",
            model = new { config = new { hidden_size = 32, num_hidden_layers = 1, num_attention_heads = 2, max_position_embeddings = 128 }, tokenizer },
            stages = new object[]
            {
                new { kind = "sft", data = new { dataset = new[] { train } }, train = new { max_steps = 250, segment_steps = 100 } },
                new { kind = "eval", data = new { dataset = new[] { train } }, generation = new { max_new_tokens = 8 } },
                new
                {
                    kind = "grpo", data = new { dataset = new[] { train } }, train = new { max_steps = 3 },
                    generation = new { max_new_tokens = 8 }, grpo = new { rollout_shards = 2 },
                },
                new { kind = "export" },
                new { kind = "deploy" },
            },
        };
    }
}
