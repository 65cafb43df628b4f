using System.Text.Json;

namespace Swift.Models.Gguf;

/// <summary>
/// Scores by which SentencePiece, and llama.cpp like it, join neighbours in the order of the merges of a <c>tokenizer.json</c>.
/// It joins any two neighbours that together are a token, the best score first; so merges can be written as scores when they hold
/// every way to make a token and rank the tokens one after the other.
/// </summary>
internal static class PieceScores
{
    /// <returns>By id; tokens that no merge makes have the lowest. Null with <paramref name="problem"/> set where scores cannot say it.</returns>
    public static float[]? Of(IReadOnlyDictionary<string, int> ids, int rows, JsonElement merges, Func<int, bool> isNormal, out string? problem)
    {
        var ranks = new Dictionary<int, (int First, int Last)>();
        var pairs = new HashSet<(int, int)>();
        var rank = 0;
        foreach (var merge in merges.EnumerateArray())
        {
            var (left, right) = merge.ValueKind == JsonValueKind.Array ? (merge[0].GetString()!, merge[1].GetString()!)
                : merge.GetString()!.Split(' ', 2) is [var before, var after] ? (before, after) : throw new InvalidOperationException($"the merge {merge} is no pair");
            if (!ids.TryGetValue(left, out var leftId) || !ids.TryGetValue(right, out var rightId) || !ids.TryGetValue(left + right, out var id))
                throw new InvalidOperationException($"the merge {merge} has a token that is not in the vocabulary");
            pairs.Add((leftId, rightId));
            ranks[id] = (ranks.TryGetValue(id, out var known) ? known.First : rank, rank);
            rank++;
        }
        problem = Missing(ids, pairs, isNormal);
        return problem is null ? Scores(ids, rows, ranks, out problem) : null;
    }

    /// <summary>A token that neighbours make together but no merge does.</summary>
    private static string? Missing(IReadOnlyDictionary<string, int> ids, HashSet<(int, int)> pairs, Func<int, bool> isNormal)
    {
        var lookup = ((Dictionary<string, int>)ids).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (token, id) in ids)
        {
            if (!isNormal(id))
                continue;
            for (var cut = 1; cut < token.Length; cut++)
            {
                if (lookup.TryGetValue(token.AsSpan(0, cut), out var left) && lookup.TryGetValue(token.AsSpan(cut), out var right) && isNormal(left) && isNormal(right) && !pairs.Contains((left, right)))
                    return $"it does not merge {JsonSerializer.Serialize(token[..cut])} and {JsonSerializer.Serialize(token[cut..])}, which llama.cpp would";
            }
        }
        return null;
    }

    /// <summary>Tokens whose merges are mixed with each other share a score. That is the same only for runs of one character, which grow from the left either way.</summary>
    private static float[]? Scores(IReadOnlyDictionary<string, int> ids, int rows, Dictionary<int, (int First, int Last)> ranks, out string? problem)
    {
        var texts = ids.Where(entry => ranks.ContainsKey(entry.Value)).ToDictionary(entry => entry.Value, entry => entry.Key);
        var scores = new float[rows];
        Array.Fill(scores, -ranks.Count - 1f);
        var (place, reach, latest) = (0, -1, "");
        foreach (var (id, (first, last)) in ranks.OrderBy(entry => entry.Value.First))
        {
            var text = texts[id];
            if (first > reach)
                place++;
            else if (!IsRun(text) || !IsRun(latest))
            {
                problem = $"its merges for {JsonSerializer.Serialize(latest)} and {JsonSerializer.Serialize(text)} are mixed with each other";
                return null;
            }
            latest = text;
            scores[id] = -place;
            reach = Math.Max(reach, last);
        }
        problem = null;
        return scores;

        static bool IsRun(string text) => !text.AsSpan().ContainsAnyExcept(text[0]);
    }
}
