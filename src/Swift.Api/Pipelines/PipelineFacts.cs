namespace Swift.Api.Pipelines;

/// <summary>What the defaults of a pipeline need to know of the files it names.</summary>
/// <param name="MaxPositionEmbeddings">Positions of the base model; null when unknown, and then nothing that follows from it is resolved.</param>
/// <param name="TokenizerSize">Highest token id + 1.</param>
/// <param name="Prompts">Rows that one epoch of a stage sees, by the stage's index in the specification.</param>
public sealed record PipelineFacts(int? MaxPositionEmbeddings, int? TokenizerSize, IReadOnlyDictionary<int, int> Prompts);
