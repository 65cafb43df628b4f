using Swift.Models.Config;

namespace Swift.Models.Folders;

/// <summary>The files of a model folder that training does not change.</summary>
internal sealed record ModelFiles(TokenizerFiles Tokenizer, byte[] GenerationConfig)
{
    public static ModelFiles Read(string folder, ModelConfig config)
    {
        var generation = Path.Combine(folder, GenerationConfigFile.FileName);
        return new ModelFiles(TokenizerFiles.Read(folder),
            File.Exists(generation) ? File.ReadAllBytes(generation) : GenerationConfigFile.Bytes(config));
    }
}
