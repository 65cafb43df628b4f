using Swift.Contracts.Experiments;
using Swift.Models.ChatTemplates;
using Swift.Models.Config;
using Swift.Models.Decoders;
using Swift.Models.Folders;
using Swift.Models.Gguf;
using Swift.Models.Native;
using Swift.Models.Safetensors;
using Swift.Models.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Swift.Models;

/// <summary>A language model ready to use: weights, tokenizer and chat template.</summary>
public sealed class CausalLanguageModel : IDisposable
{
    private CausalLanguageModel(Decoder decoder, Tokenizer tokenizer, ChatTemplate template, ModelFiles? files) =>
        (Decoder, Tokenizer, Template, Files) = (decoder, tokenizer, template, files);

    public ModelConfig Config => Decoder.Config;

    public Decoder Decoder { get; }

    public Tokenizer Tokenizer { get; }

    public ChatTemplate Template { get; }

    /// <summary>What <see cref="ModelFolder.Save"/> writes again; null for a GGUF file.</summary>
    internal ModelFiles? Files { get; }

    /// <summary>Loads libtorch and the model. Weights become <paramref name="type"/> whatever they are on disk.</summary>
    /// <param name="folderOrGguf">A Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <exception cref="SwiftException">BadInput: the model is missing, damaged, incomplete or not supported.</exception>
    public static CausalLanguageModel Load(string folderOrGguf, Device device, ScalarType type = ScalarType.Float32)
    {
        TorchLibrary.Load();
        if (device.type == DeviceType.CUDA)
            InitializeDeviceType(DeviceType.CUDA);
        if (Directory.Exists(folderOrGguf))
            return LoadFolder(folderOrGguf, device, type);
        if (File.Exists(folderOrGguf))
            return LoadGguf(folderOrGguf, device, type);
        throw SwiftException.BadInput("model_missing", $"{folderOrGguf} is neither a model folder nor a GGUF file.");
    }

    public void Dispose() => Decoder.Dispose();

    private static CausalLanguageModel LoadFolder(string folder, Device device, ScalarType type)
    {
        var config = ModelConfigFile.Load(folder);
        if (config.Head != HeadKind.CausalLanguageModel)
            throw SwiftException.BadInput("no_language_head", $"{folder} is no language model: its config.json names a {HeadSection.Architecture(config)}.");
        var tokenizer = TokenizerFile.Load(folder);
        ModelFolder.RequireFit(tokenizer, config, folder);
        var template = ChatTemplate.Load(folder);
        var files = ModelFiles.Read(folder, config);
        return new CausalLanguageModel(Filled(config, device, type, decoder => SafetensorsModel.Load(decoder, folder)), tokenizer, template, files);
    }

    private static CausalLanguageModel LoadGguf(string path, Device device, ScalarType type)
    {
        using var file = GgufFile.Open(path);
        var tokenizer = GgufTokenizer.From(file);
        var config = GgufModel.Config(file) with { EosTokenIds = GenerationConfigFile.EndIds(tokenizer) };
        ModelFolder.RequireFit(tokenizer, config, path);
        return new CausalLanguageModel(Filled(config, device, type, decoder => GgufModel.Load(decoder, file)), tokenizer, ChatTemplate.From(file), files: null);
    }

    private static Decoder Filled(ModelConfig config, Device device, ScalarType type, Action<Decoder> fill)
    {
        var decoder = new Decoder(config, device, type);
        try
        {
            fill(decoder);
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }
}
