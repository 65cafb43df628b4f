using Swift.Contracts.Experiments;
using Swift.Models.Gguf;
using Swift.Models.Tokenizers;

namespace Swift.Cli.Generation;

/// <summary>The tokenizer of a model on this machine.</summary>
internal static class LocalTokenizer
{
    /// <param name="path">A model folder, a tokenizer's file, or a GGUF file.</param>
    /// <exception cref="SwiftException">There is no tokenizer, or it is of no use.</exception>
    public static Tokenizer Load(string path)
    {
        if (!path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) || !File.Exists(path)) return TokenizerFile.Load(path);
        using var file = GgufFile.Open(path);
        return GgufTokenizer.From(file);
    }
}
