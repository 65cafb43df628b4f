using System.Text.Json;
using Swift.Contracts.Experiments;
using Swift.Models.Folders;
using static TorchSharp.torch;

namespace Swift.Models.Config;

/// <summary>Reads and writes Hugging Face's <c>config.json</c>, in the spelling of transformers 4 and 5.</summary>
public static class ModelConfigFile
{
    public const string FileName = "config.json";
    /// <exception cref="SwiftException">BadInput: the file is missing (<c>model_config_missing</c>), is no JSON or has a bad field
    /// (<c>bad_model_config</c>), or describes a model this build has no parts for (<c>model_not_supported</c>).</exception>
    public static ModelConfig Load(string modelFolder)
    {
        var path = Path.Combine(modelFolder, FileName);
        if (!File.Exists(path))
            throw SwiftException.BadInput("model_config_missing", $"{path} does not exist: a model folder holds {FileName}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return ModelConfigReader.Read(new ConfigFields(document.RootElement, path));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: texts are no UTF-8, which is looked at when they are read.
            throw SwiftException.BadInput("bad_model_config", $"{path} is not JSON: {e.Message}", e);
        }
    }

    /// <param name="type">Of the weights beside it.</param>
    public static void Save(ModelConfig config, string modelFolder, ScalarType type = ScalarType.Float32) =>
        JsonFiles.Write(Path.Combine(modelFolder, FileName), json => ModelConfigWriter.Write(json, config, type));
}
