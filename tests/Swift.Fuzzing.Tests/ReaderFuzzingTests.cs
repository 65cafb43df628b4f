using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Data.Datasets;
using Swift.Models.ChatTemplates.Jinja;
using Swift.Models.Gguf;
using Swift.Models.Safetensors;
using Swift.Models.Tokenizers;

namespace Swift.Fuzzing.Tests;

/// <summary>
/// Readers of files that strangers made: whatever the bytes, a reader accepts them or refuses them with a typed error, soon and
/// without filling the memory. A few thousand inputs here; <c>SWIFT_FUZZ_INPUTS=1000000</c> for the long run, <c>SWIFT_FUZZ_SEED</c> for another.
/// </summary>
public sealed class ReaderFuzzingTests : IDisposable
{
    private const long MostBytesAnInput = 64L << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly int Inputs = Number("SWIFT_FUZZ_INPUTS", 1_000);
    private static readonly int Seed = Number("SWIFT_FUZZ_SEED", 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("swift-fuzz-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Safetensors() => Fuzz("model.safetensors", [SafetensorsBytes()],
        ["\"shape\":[1]", "[", "{", "-1", "9223372036854775807", "\"F32\"", "\"dtype\":", "__metadata__"],
        path => SafetensorsFile.Open(path).Dispose());

    [Fact]
    public void Gguf() => Fuzz("model.gguf", [GgufBytes()], ["general.alignment", "tokenizer.ggml.tokens", "GGUF", "blk.0.ffn_up.weight"], path =>
    {
        using var file = GgufFile.Open(path);
        GgufTokenizer.From(file);
    });

    [Fact]
    public void Tokenizer_json() => Fuzz("tokenizer.json", [.. Tokenizers.Select(Encoding.UTF8.GetBytes)],
        ["null", "{}", "[]", "-1", "\"type\":\"BPE\"", "\"type\":\"Sequence\"", "\"Regex\":\"(a+)+$\"", "1e999", "\"\\ud800\"", "(?<", "[^"],
        path => TokenizerFile.Load(path).Encode("Hello world, aaaaaaaaaaaaaaaaaaaaaaaaaaaaa! 12"));

    [Fact]
    public void Tokenizer_model() => Fuzz("tokenizer.model", [SentencePieceBytes(isBytePair: true), SentencePieceBytes(isBytePair: false)],
        ["\u2581", "\n\u0005", "\u0012\u0002", "<0x41>", "\0", "\u00ff\u00ff\u00ff\u007f"],
        path => TokenizerFile.Load(path).Encode("Hello world, aaaaaaaaaaaaaaaaaaaaaaaaaaaaa! 12"));

    [Fact]
    public void Jinja()
    {
        using var context = JsonDocument.Parse("""{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}], "add_generation_prompt": true, "tools": [{"name": "f", "n": 3}]}""");
        var limits = new JinjaLimits { Steps = 100_000, TextLength = 1 << 20, CallDepth = 50 };
        Fuzz("template.jinja", [.. Templates.Select(Encoding.UTF8.GetBytes)],
            ["{{", "}}", "{%", "%}", "{% for x in y %}", "{% endif %}", "|", "(", "[", "**99", "*99999", "range(10**9)", "'a'*10**9", "tojson", "~", "namespace(", "%s", ".format(", "not "],
            path => JinjaTemplate.Parse(File.ReadAllText(path)).Render(context.RootElement, limits));
    }

    [Fact]
    public void Jsonl() => Fuzz("rows.jsonl", [.. Rows.Select(Encoding.UTF8.GetBytes)],
        ["\n", "{", "}", "null", "[]", "\"messages\"", "\"\\ud800\"", "-1e999", "\0", "\"loss\": 3", "[[[[[[[[", "\"tool_calls\":", "\"tools\":", "\"rejected\":", "\\n\\nHuman:"],
        path =>
        {
            foreach (var use in Enum.GetValues<RowUse>())
                DatasetReader.Read(new DatasetFile(path, null, path), new DataSpec { Dataset = [path] }, use, new DroppedRowCounter(), CancellationToken.None).Count();
        });

    private void Fuzz(string fileName, IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words, Action<string> read)
    {
        var mutator = new Mutator(corpus, words, Seed);
        var path = Path.Combine(_folder.FullName, fileName);
        foreach (var whole in corpus)
        {
            File.WriteAllBytes(path, whole);
            read(path);
        }
        for (var number = 0; number < Inputs; number++)
        {
            var input = mutator.Input(number);
            File.WriteAllBytes(path, input);
            var (before, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
            try
            {
                read(path);
            }
            catch (SwiftException exception)
            {
                exception.Reason.Code.ShouldNotBeNullOrEmpty();
            }
            catch (Exception exception)
            {
                Assert.Fail($"Input {number} of seed {Seed} ({Convert.ToBase64String(input)}): {exception}");
            }
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytesAnInput, $"input {number} of seed {Seed}: {Convert.ToBase64String(input)}");
            clock.Elapsed.ShouldBeLessThan(Longest, $"input {number} of seed {Seed}: {Convert.ToBase64String(input)}");
        }
    }

    private static int Number(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : fallback;

    /// <summary>A SentencePiece model of nine pieces, in protocol buffers' wire format.</summary>
    private static byte[] SentencePieceBytes(bool isBytePair)
    {
        using var stream = new MemoryStream();
        foreach (var (text, kind) in new[] { ("<unk>", 2), ("<s>", 3), ("</s>", 3), ("<0x41>", 6), ("\u2581", 1), ("a", 1), ("aa", 1), ("\u2581a", 1), ("b", 4) })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Message(1, [0x0A, (byte)bytes.Length, .. bytes, 0x15, .. BitConverter.GetBytes(-(float)stream.Length), 0x18, (byte)kind]);
        }
        Message(2, [0x18, (byte)(isBytePair ? 2 : 1), 0x98, 0x02, (byte)(isBytePair ? 1 : 0), 0xC0, 0x02, 0, 0xC8, 0x02, 1, 0xD0, 0x02, 2]);
        Message(3, [0x0A, 8, .. "identity"u8, 0x18, 1, 0x20, (byte)(isBytePair ? 0 : 1), 0x28, 1]);
        return stream.ToArray();

        void Message(int field, byte[] content)
        {
            stream.WriteByte((byte)((field << 3) | 2));
            stream.WriteByte((byte)content.Length);
            stream.Write(content);
        }
    }

    private static byte[] SafetensorsBytes()
    {
        var header = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]}}""");
        return [.. BitConverter.GetBytes((ulong)header.Length), .. header, .. new byte[32]];
    }

    private static byte[] GgufBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(0x46554747u);
        writer.Write(3u);
        writer.Write(1UL);
        writer.Write(7UL);
        Key("general.architecture", 8);
        Text("llama");
        Key("tokenizer.ggml.model", 8);
        Text("llama");
        Key("tokenizer.ggml.tokens", 9);
        List(8, 6);
        foreach (var token in new[] { "<unk>", "<s>", "</s>", "a", "b", "ab" })
            Text(token);
        Key("tokenizer.ggml.scores", 9);
        List(6, 6);
        for (var i = 0; i < 6; i++)
            writer.Write(-(float)i);
        Key("tokenizer.ggml.token_type", 9);
        List(5, 6);
        foreach (var type in new[] { 2, 3, 3, 1, 1, 1 })
            writer.Write(type);
        Key("tokenizer.ggml.bos_token_id", 4);
        writer.Write(1u);
        Key("tokenizer.ggml.eos_token_id", 4);
        writer.Write(2u);
        Text("token_embd.weight");
        writer.Write(2u);
        writer.Write(4UL);
        writer.Write(6UL);
        writer.Write(0u);
        writer.Write(0UL);
        writer.Write(new byte[(32 - stream.Position % 32) % 32 + 4 * 4 * 6]);
        return stream.ToArray();

        void Text(string text)
        {
            writer.Write((ulong)text.Length);
            writer.Write(Encoding.UTF8.GetBytes(text));
        }

        void Key(string key, uint type)
        {
            Text(key);
            writer.Write(type);
        }

        void List(uint type, ulong count)
        {
            writer.Write(type);
            writer.Write(count);
        }
    }

    private static readonly string[] Tokenizers =
    [
        """{"added_tokens":[{"id":4,"content":"<e>","special":true,"lstrip":false,"rstrip":false,"single_word":false,"normalized":false}],"normalizer":{"type":"NFC"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+|\\d|\\s+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}]},"post_processor":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false},"decoder":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"aa":3},"merges":["a b","a a"]}}""",
        """{"added_tokens":[],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"_"},{"type":"Replace","pattern":{"String":" "},"content":"_"}]},"pre_tokenizer":null,"post_processor":null,"decoder":{"type":"Sequence","decoders":[{"type":"ByteFallback"},{"type":"Fuse"}]},"model":{"type":"BPE","unk_token":"<unk>","byte_fallback":true,"vocab":{"<unk>":0,"<0x0A>":1,"a":2,"_":3,"_a":4},"merges":[["_","a"]]}}""",
        """{"added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":true},"post_processor":null,"decoder":{"type":"Metaspace","replacement":"_","prepend_scheme":"always","split":true},"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["_",-1.0],["a",-2.0],["_a",-1.5]]}}""",
    ];

    private static readonly string[] Templates =
    [
        "{%- for message in messages %}{{ '<|' + message.role + '|>' }}{{ message['content'] | trim }}{% if not loop.last %}\n{% endif %}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
        "{% macro show(t, n=2) %}{{ t | tojson(indent=n) }}{% endmacro %}{% set ns = namespace(i=0) %}{% for t in tools %}{% set ns.i = ns.i + t.n ** 2 %}{{ show(t) }}{{ '%05d' | format(ns.i) }}{% endfor %}{{ ns.i // 2 }}{{ messages[::-1] | map(attribute='role') | join(', ') }}",
        "{% if messages[0].content is string and 'H' in messages[0].content.split('i')[0] %}{{ messages[0].content.replace('H', 'h').upper() ~ range(3) | list | length }}{% else %}{{ raise_exception('no') }}{% endif %}",
    ];

    private static readonly string[] Rows =
    [
        """
        {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "loss": true}]}
        {"query": "q", "response": "r", "history": [["a", "b"]], "extra": {"x": [1, 2]}}
        {"instruction": "i", "input": "", "output": "o"}
        {"conversations": [{"from": "human", "value": "h"}, {"from": "gpt", "value": "g"}]}
        {"messages": [{"role": "user", "content": "q"}, {"role": "tool_call", "content": "{\"name\": \"f\"}"}, {"role": "tool", "content": "t"}, {"role": "assistant", "content": null, "loss_scale": 0.5, "tool_calls": [{"id": "1", "function": {"name": "g", "arguments": "{}"}}]}], "tools": "[{\"name\": \"f\"}]", "chat_template_kwargs": {"x": 1}}
        {"prompt": "p", "chosen": "\n\nHuman: c\n\nAssistant: d", "rejected": [{"role": "assistant", "content": "e"}], "label": true}
        """,
    ];
}
