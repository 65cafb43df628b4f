using Swift.Contracts.Artifacts;
using Swift.Contracts.Experiments;
using Swift.Contracts.Messages;
using Swift.Contracts.Workers;
using Swift.Hosting.Artifacts;
using Swift.Hosting.Workers;
using Swift.Models;

namespace Swift.Workers.Export;

/// <summary>Writes a model as a Hugging Face folder and as GGUF files.</summary>
internal sealed class ExportModelConsumer(IArtifactStore store, IServiceProvider services) : SegmentConsumer<ExportModel>(WorkerKind.Export, services)
{
    protected override async Task<ISegmentReply> WorkAsync(SegmentWork<ExportModel> segment)
    {
        var (command, scratch, ct) = (segment.Command, segment.Scratch, segment.Stopping);
        var model = await store.MaterializeAsync(command.Model, scratch["model"], ct);
        var wanted = command.Export.Formats.SelectMany(format => Names(format, command.Export.GgufTypes)).Distinct().ToList();
        var exports = new SortedDictionary<string, ArtifactReference>(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            ct.ThrowIfCancellationRequested();
            exports[name] = (await WriteAsync(name, model, scratch[name], ct)).As(ArtifactKind.Export);
            segment.Progress.Report(new WorkProgress(exports.Count, wanted.Count, exports.Count / segment.Seconds, "files/s", new Dictionary<string, double>()));
        }
        return new ModelExported(command.Address, segment.Worker, exports, segment.Seconds);
    }

    /// <summary>As the reply names them: <c>safetensors</c>, <c>gguf-f32</c>, <c>gguf-q8_0</c>.</summary>
    private static IEnumerable<string> Names(string format, IReadOnlyList<string> ggufTypes) => format switch
    {
        "safetensors" => [format],
        "gguf" => ggufTypes.Select(type => $"gguf-{type}"),
        _ => throw SwiftException.BadInput("export_format_unknown", $"'{format}' is not a format of exports: safetensors and gguf are."),
    };

    private async Task<StoredArtifact> WriteAsync(string name, string model, string output, CancellationToken ct)
    {
        if (name == "safetensors")
        {
            ModelExport.ToHuggingFace(model, output);
            return await store.PutFolderAsync(output, ct: ct);
        }
        ModelExport.ToGguf(model, name["gguf-".Length..], output);
        return await store.PutFileAsync(output, ct);
    }
}
