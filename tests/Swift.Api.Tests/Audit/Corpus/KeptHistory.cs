using System.Text.Json;
using Swift.Contracts;
using Swift.Contracts.Rest;

namespace Swift.Api.Tests.Audit.Corpus;

/// <summary>
/// A real history of an experiment or of another stream, as some version of the product wrote it, with the digest of the state after each event.
/// Kept for ever: whatever becomes of the code, it must fold to these states.
/// </summary>
/// <param name="Members">What the state consisted of when it was recorded; what was added to it since is no part of the digests.</param>
/// <param name="Aggregate">What the stream is of, as Marten names it.</param>
internal sealed record KeptHistory(string Name, string Aggregate, Guid Stream, IReadOnlyList<string> Members, IReadOnlyList<KeptEvent> Events)
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Audit", "Corpus", "histories");

    internal static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.ndjson").Select(path => Path.GetFileNameWithoutExtension(path)!).Order();

    internal static IEnumerable<KeptHistory> All => Names.Select(Read);

    internal static KeptHistory Read(string name)
    {
        var lines = File.ReadLines(Path.Combine(Folder, name + ".ndjson")).ToList();
        var heading = JsonSerializer.Deserialize<Heading>(lines[0], SwiftJson.Options)!;
        List<KeptEvent> events = [.. lines.Skip(1).Select(line => JsonSerializer.Deserialize<KeptEvent>(line, SwiftJson.Options)!)];
        return new KeptHistory(name, heading.Aggregate, heading.Stream ?? Guid.Parse(events[0].Event.Correlation!), heading.Members, events);
    }

    internal void Write(string folder) => File.WriteAllLines(
        Path.Combine(folder, Name + ".ndjson"),
        [JsonSerializer.Serialize(new Heading(Members, Aggregate, Stream), SwiftJson.Options), .. Events.Select(e => JsonSerializer.Serialize(e, SwiftJson.Options))]);

    /// <param name="Stream">Null: the events' correlation, which it is for experiments.</param>
    private sealed record Heading(IReadOnlyList<string> Members, string Aggregate = KeptStates.Experiment, Guid? Stream = null);
}

/// <param name="StateDigest">Of the state after the event.</param>
internal sealed record KeptEvent(EventView Event, string StateDigest);
