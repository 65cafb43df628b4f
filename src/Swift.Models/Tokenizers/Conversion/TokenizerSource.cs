using Swift.Contracts.Experiments;
using Swift.Models.Tokenizers.Json;

namespace Swift.Models.Tokenizers.Conversion;

/// <summary>Finds the tokenizer of a path and gives it as <c>tokenizer.json</c>, whatever format it is in.</summary>
internal static class TokenizerSource
{
    /// <param name="path">A folder with <c>tokenizer.json</c>, or else <c>tokenizer.model</c>, or else <c>vocab.json</c> and <c>merges.txt</c>; or a file of the first two kinds.</param>
    /// <returns>The bytes, and the file they came from for messages.</returns>
    /// <exception cref="SwiftException">There is no tokenizer, or it cannot be converted.</exception>
    public static (byte[] Json, string Path) Read(string path)
    {
        if (!Directory.Exists(path))
        {
            if (!File.Exists(path)) throw SwiftException.BadInput("file_missing", $"{path}: there is no such file.");
            return (path.EndsWith(".model", StringComparison.OrdinalIgnoreCase) ? FromSentencePiece(path) : File.ReadAllBytes(path), path);
        }
        var json = Path.Combine(path, "tokenizer.json");
        if (File.Exists(json)) return (File.ReadAllBytes(json), json);
        var model = Path.Combine(path, "tokenizer.model");
        if (File.Exists(model)) return (FromSentencePiece(model), model);
        var vocab = Path.Combine(path, "vocab.json");
        if (File.Exists(vocab) && File.Exists(Path.Combine(path, "merges.txt"))) return (MergesConversion.Convert(path), vocab);
        throw SwiftException.BadInput("tokenizer_missing",
            $"{path} holds no tokenizer: neither tokenizer.json nor tokenizer.model nor vocab.json with merges.txt.");
    }

    /// <summary>Whether a whole text starts or ends with special tokens stands beside the model; a model for decoders starts with its start token.</summary>
    private static byte[] FromSentencePiece(string path)
    {
        var configPath = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "tokenizer_config.json");
        using var config = File.Exists(configPath) ? JsonFile.Read(configPath) : null;
        var root = config?.RootElement ?? default;
        return SentencePieceConversion.Convert(SentencePieceModel.Read(File.ReadAllBytes(path), path), path,
            root.Flag("add_bos_token", otherwise: true), root.Flag("add_eos_token"));
    }
}
