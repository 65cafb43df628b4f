using Swift.Models.Config;
using Swift.Models.Tokenizers;

namespace Swift.Models.Folders;

/// <summary><c>generation_config.json</c>: which tokens begin, end and pad a completion.</summary>
internal static class GenerationConfigFile
{
    public const string FileName = "generation_config.json";

    public static void Write(string folder, ModelConfig config) =>
        File.WriteAllBytes(Path.Combine(folder, FileName), Bytes(config));

    public static byte[] Bytes(ModelConfig config) => JsonFiles.Bytes(json =>
    {
        if (config.BosTokenId is { } bos)
            json.WriteNumber("bos_token_id", bos);
        if (config.EosTokenIds.Count > 0)
        {
            json.WriteStartArray("eos_token_id");
            foreach (var id in config.EosTokenIds)
                json.WriteNumberValue(id);
            json.WriteEndArray();
        }
        if (config.PadTokenId is { } pad)
            json.WriteNumber("pad_token_id", pad);
    });

    /// <summary>The end token first, then the others that end a completion, by id.</summary>
    public static int[] EndIds(Tokenizer tokenizer) =>
        [.. tokenizer.StopTokenIds.OrderBy(id => id != tokenizer.EosTokenId).ThenBy(id => id)];
}
