using Swift.Contracts.Experiments;
using Swift.Contracts.Pipelines;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Folders;
using Swift.Models.Native;
using Swift.Models.Safetensors;
using Swift.Models.Tokenizers;
using static TorchSharp.torch;

namespace Swift.Models;

/// <summary>
/// Hugging Face model folders: config.json, *.safetensors, the tokenizer's files, generation_config.json.
/// Output folders are created; what is in them under the same names is replaced. The same input gives the same bytes.
/// </summary>
public static class ModelFolder
{
    /// <summary>Names everything in a folder that decides how conversations become ids: the tokenizer's files, the chat template, the end tokens. 64 hexadecimal digits.</summary>
    public static string TokenizationDigest(string folder) => TokenizerFiles.Digest(folder);

    /// <summary>Writes a model with random weights.</summary>
    /// <param name="tokenizerPath">A <c>tokenizer.json</c>, or a folder that holds one.</param>
    /// <exception cref="SwiftException">BadInput: the shape is impossible, or the tokenizer is unusable or does not fit.</exception>
    public static void Initialize(ModelConfigSpec spec, string tokenizerPath, long seed, string outputFolder)
    {
        TorchLibrary.Load();
        var files = TokenizerFiles.Read(tokenizerPath);
        var tokenizer = TokenizerFile.Load(tokenizerPath);
        var config = InitialConfig.Resolve(spec, tokenizer);
        using var decoder = new Decoder(config, CPU);
        DecoderInitialization.Initialize(decoder, seed);

        Directory.CreateDirectory(outputFolder);
        SafetensorsModel.Save(decoder, outputFolder);
        ModelConfigFile.Save(config, outputFolder);
        GenerationConfigFile.Write(outputFolder, config);
        files.Write(outputFolder, tokenizer);
    }

    /// <summary>Checks a model folder and copies what belongs to the model; weights keep their type and their files.</summary>
    /// <param name="tokenizer">A <c>tokenizer.json</c> or a folder to take instead of the folder's own; null = its own.</param>
    /// <exception cref="SwiftException">BadInput: the folder is incomplete, its parts do not fit, or the model is not supported.</exception>
    public static void Import(string folder, string? tokenizer, string outputFolder)
    {
        TorchLibrary.Load();
        var config = ModelConfigFile.Load(folder);
        using (var shape = new Decoder(config, new Device("meta")))
            SafetensorsModel.Check(shape, folder);
        var files = TokenizerFiles.Read(tokenizer ?? folder);
        var loaded = TokenizerFile.Load(tokenizer ?? folder);
        RequireFit(loaded, config, folder);

        Directory.CreateDirectory(outputFolder);
        foreach (var file in SafetensorsModel.FilesOf(folder))
            File.Copy(file, Path.Combine(outputFolder, Path.GetFileName(file)), overwrite: true);
        File.Copy(Path.Combine(folder, ModelConfigFile.FileName), Path.Combine(outputFolder, ModelConfigFile.FileName), overwrite: true);
        files.Write(outputFolder, loaded);
        var generation = Path.Combine(folder, GenerationConfigFile.FileName);
        if (tokenizer is null && File.Exists(generation))
            File.Copy(generation, Path.Combine(outputFolder, GenerationConfigFile.FileName), overwrite: true);
        else
            GenerationConfigFile.Write(outputFolder, config with { EosTokenIds = GenerationConfigFile.EndIds(loaded) });
    }

    /// <summary>Writes a loaded model, trained meanwhile or not, with the tokenizer's files it came with.</summary>
    /// <exception cref="SwiftException">BadInput <c>no_tokenizer_files</c>: the model came from a GGUF file, whose vocabulary has no Hugging Face files.</exception>
    public static void Save(CausalLanguageModel model, string folder)
    {
        var files = model.Files ?? throw SwiftException.BadInput("no_tokenizer_files",
            "A model that was loaded from a GGUF file cannot be written as a Hugging Face folder: its vocabulary has no tokenizer.json.");
        Directory.CreateDirectory(folder);
        SafetensorsModel.Save(model.Decoder, folder);
        ModelConfigFile.Save(model.Config, folder, model.Decoder.Type);
        files.Tokenizer.Write(folder, model.Tokenizer);
        File.WriteAllBytes(Path.Combine(folder, GenerationConfigFile.FileName), files.GenerationConfig);
    }

    internal static void RequireFit(Tokenizer tokenizer, ModelConfig config, string folder)
    {
        if (tokenizer.VocabularySize > config.VocabSize)
            throw SwiftException.BadInput("tokenizer_mismatch",
                $"The tokenizer has {tokenizer.VocabularySize} tokens, but the model in {folder} has embeddings for {config.VocabSize}: it belongs to another model.");
    }
}
