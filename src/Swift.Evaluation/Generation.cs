using System.Diagnostics;
using Swift.Contracts.Experiments;
using Swift.Inference.Engine;
using Swift.Models;

namespace Swift.Evaluation;

/// <summary>One list of prompts through an engine of its own, so that the batches depend on the list only.</summary>
internal static class Generation
{
    public static IReadOnlyList<Completion> Complete(
        CausalLanguageModel model, EngineOptions options, IReadOnlyList<GenerationRequest> requests, IProgress<WorkProgress>? progress, CancellationToken ct)
    {
        using var engine = new GenerationEngine(model, options);
        return engine.GenerateAsync(requests, progress is null ? null : new EngineProgress(progress), ct).GetAwaiter().GetResult();
    }

    private sealed class EngineProgress(IProgress<WorkProgress> progress) : IProgress<GenerationProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();

        public void Report(GenerationProgress value) => progress.Report(new WorkProgress(
            value.Finished, value.Total, value.Tokens / _clock.Elapsed.TotalSeconds, "tokens/s", new Dictionary<string, double>()));
    }
}
