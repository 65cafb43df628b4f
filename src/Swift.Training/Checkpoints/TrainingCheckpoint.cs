using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Experiments;
using Swift.Models;
using Swift.Models.Safetensors;
using Swift.Training.Optimization;
using static TorchSharp.torch;

namespace Swift.Training.Checkpoints;

/// <summary>
/// A checkpoint folder: a model folder, and beside the model a folder <c>training</c> with <c>optimizer.safetensors</c> and <c>state.json</c>.
/// The bytes are a function of the training state: equal training, equal files.
/// </summary>
public static class TrainingCheckpoint
{
    /// <summary>Sub-folder that makes a model folder a checkpoint.</summary>
    public const string FolderName = "training";

    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";

    /// <summary>Writes the model, the moments and the state into <paramref name="folder"/>, which is created.</summary>
    public static void Save(string folder, CausalLanguageModel model, AdamW optimizer, TrainingState state)
    {
        ModelFolder.Save(model, folder);
        var training = Path.Combine(folder, FolderName);
        Directory.CreateDirectory(training);
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(Path.Combine(training, OptimizerFile), optimizer.State());
        File.WriteAllBytes(Path.Combine(training, StateFile), JsonSerializer.SerializeToUtf8Bytes(state, SwiftJson.Indented));
    }

    /// <summary>Restores the moments into <paramref name="optimizer"/>; the model has been loaded from the same folder.</summary>
    /// <param name="fromStep">The step that the caller wants to go on from.</param>
    /// <exception cref="SwiftException">Bad input <c>checkpoint_invalid</c>: not a checkpoint of that step and that model.</exception>
    public static TrainingState Restore(string folder, AdamW optimizer, int fromStep)
    {
        var training = Path.Combine(folder, FolderName);
        var state = ReadState(Path.Combine(training, StateFile));
        if (state.Step != fromStep)
            throw Invalid($"it is of step {state.Step}, not of step {fromStep}");
        using var file = SafetensorsFile.Open(Path.Combine(training, OptimizerFile));
        using (var scope = NewDisposeScope())
        {
            foreach (var (name, value) in optimizer.State())
            {
                if (!file.Entries.TryGetValue(name, out var entry) || !entry.Shape.SequenceEqual(value.shape))
                    throw Invalid($"{OptimizerFile} has no '{name}' of shape [{string.Join(", ", value.shape)}]");
            }
        }

        optimizer.Restore(file.Read, state.Updates);
        return state;
    }

    private static TrainingState ReadState(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingState>(File.ReadAllBytes(path), SwiftJson.Options) ?? throw Invalid($"{StateFile} is null");
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            throw Invalid($"{StateFile} cannot be read: {exception.Message}", exception);
        }
    }

    private static SwiftException Invalid(string what, Exception? inner = null) =>
        SwiftException.BadInput("checkpoint_invalid", $"The checkpoint cannot be continued: {what}.", inner);
}
