using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Models;
using static TorchSharp.torch;

namespace Swift.Workers.Train;

/// <summary>Makes the base model an artifact: a folder that is checked and copied, or random weights.</summary>
internal sealed class PrepareModelConsumer(IArtifactStore store, IServiceProvider services) : SegmentConsumer<PrepareModel>(WorkerKind.Train, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<PrepareModel> segment)
    {
        var (command, output, ct) = (segment.Command, segment.Scratch["output"], segment.Stopping);
        var tokenizer = command.Tokenizer is { } given
            ? await store.MaterializeAsync(given, segment.Scratch[given.Kind == ArtifactKind.Folder ? "tokenizer" : NameOf(command.Model.Tokenizer)], ct)
            : null;
        if (command.Folder is { } folder)
            ModelFolder.Import(await store.MaterializeAsync(folder, segment.Scratch["folder"], ct), tokenizer, output);
        else if (command.Model.Config is { } config && tokenizer is not null)
            ModelFolder.Initialize(config, tokenizer, command.Seed, output);
        else
            throw SwiftException.BadInput("model_unspecified", "The model has neither a folder (model.path) nor a shape (model.config) with a tokenizer (model.tokenizer).");
        var parameters = CountParameters(output);
        var model = await store.PutFolderAsync(output, ct: ct);
        return new ModelPrepared(command.Address, segment.Worker, model.As(ArtifactKind.Model), parameters);
    }

    /// <summary>An artifact of one file has no name; the end of the name says in which format it is.</summary>
    private static string NameOf(string? tokenizer) =>
        tokenizer?.EndsWith(".model", StringComparison.OrdinalIgnoreCase) == true ? "tokenizer.model" : "tokenizer.json";

    /// <summary>Loads the model, which also proves that everybody after us can.</summary>
    private static long CountParameters(string folder)
    {
        using var model = CausalLanguageModel.Load(folder, CPU);
        return model.Decoder.Parameters.Sum(parameter => parameter.Value.numel());
    }
}
