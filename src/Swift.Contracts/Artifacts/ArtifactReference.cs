using System.Text.Json.Serialization;

namespace Swift.Contracts.Artifacts;

/// <summary>What the bytes of an artifact are.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ArtifactKind>))]
public enum ArtifactKind
{
    /// <summary>One file as a user gave it: a data set, a tokenizer, a template.</summary>
    File,
    /// <summary>A folder given by a user (a Hugging Face model folder).</summary>
    Folder,
    /// <summary>A Hugging Face model folder that Swift made: safetensors, config.json, tokenizer files.</summary>
    Model,
    /// <summary>A model with optimiser state, random state and data position: what a training resumes from.</summary>
    Checkpoint,
    /// <summary>Completions of a policy with log-probabilities and rewards (JSON lines).</summary>
    Rollouts,
    /// <summary>A report of an evaluation or of a stage's data (JSON).</summary>
    Report,
    /// <summary>A model written for others: Hugging Face folder, GGUF.</summary>
    Export,
}

/// <summary>
/// Names immutable bytes. A folder is an artifact too: its bytes are its manifest (<see cref="FolderManifest"/>).
/// </summary>
/// <param name="Digest"><c>sha256:</c> and 64 lower-case hex digits.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Size">Bytes; of a folder, the sum of its files.</param>
public sealed record ArtifactReference(string Digest, ArtifactKind Kind, long Size);

/// <summary>The bytes behind a folder artifact: its files, ordered by path (ordinal), each an artifact.</summary>
public sealed record FolderManifest(IReadOnlyList<FolderEntry> Files);

/// <summary>One file of a folder artifact.</summary>
/// <param name="Path">Relative, with forward slashes; never rooted, never with <c>..</c>.</param>
public sealed record FolderEntry(string Path, string Digest, long Size);
