using System.Runtime.InteropServices;
using System.Text;

namespace Swift.Models.Tokenizers.Training;

/// <summary>Tokens in the order of their ids, written in the byte-level alphabet, and merges in the order in which they apply.</summary>
internal sealed record TrainedVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(int Left, int Right)> Merges);

/// <summary>Merges the most frequent pair of neighbours again and again. Counts are kept up to date word by word, so a step costs only the words it changes.</summary>
internal sealed class PairMerging
{
    private readonly record struct Candidate(long Count, ulong Pair) : IComparable<Candidate>
    {
        /// <summary>Most frequent first; of equals the smaller left id, then the smaller right id.</summary>
        public int CompareTo(Candidate other)
        {
            var byCount = other.Count.CompareTo(Count);
            return byCount != 0 ? byCount : Pair.CompareTo(other.Pair);
        }
    }

    private readonly List<int[]> words = [];
    private readonly List<int> lengths = [];
    private readonly List<long> frequencies = [];
    private readonly Dictionary<ulong, long> counts = [];
    private readonly Dictionary<ulong, List<int>> wordsWith = [];
    private readonly PriorityQueue<ulong, Candidate> queue = new();
    private readonly HashSet<ulong> grown = [];
    private readonly List<string> tokens = [];
    private readonly Dictionary<string, int> idOfToken = new(StringComparer.Ordinal);

    /// <param name="frequencyOfWords">How often each word occurs.</param>
    public PairMerging(Dictionary<string, long> frequencyOfWords)
    {
        var idOfByte = new int[256];
        for (var id = 0; id < 256; id++)
        {
            var value = ByteLevelAlphabet.Order[id];
            idOfByte[value] = id;
            AddToken(ByteLevelAlphabet.ToCharacter(value).ToString());
        }
        foreach (var (word, frequency) in frequencyOfWords)
        {
            var symbols = Array.ConvertAll(Encoding.UTF8.GetBytes(word), value => idOfByte[value]);
            for (var i = 0; i + 1 < symbols.Length; i++)
            {
                Change(Pair(symbols[i], symbols[i + 1]), frequency, words.Count);
            }
            words.Add(symbols);
            lengths.Add(symbols.Length);
            frequencies.Add(frequency);
        }
        Enqueue();
    }

    /// <summary>The merges in their order, until there are so many tokens or no pair is frequent enough. The first 256 tokens are the bytes in the alphabet's order.</summary>
    public TrainedVocabulary Run(int tokenLimit, int minimumFrequency, CancellationToken ct)
    {
        var merges = new List<(int Left, int Right)>();
        while (tokens.Count < tokenLimit && queue.TryDequeue(out var pair, out var candidate))
        {
            var count = counts.GetValueOrDefault(pair);
            if (count != candidate.Count)
            {
                // It has shrunk since it was queued.
                if (count >= minimumFrequency) queue.Enqueue(pair, new Candidate(count, pair));
                continue;
            }
            if (count < minimumFrequency) break;
            ct.ThrowIfCancellationRequested();
            var (left, right) = ((int)(pair >> 32), (int)(uint)pair);
            var result = AddToken(tokens[left] + tokens[right]);
            merges.Add((left, right));
            foreach (var word in wordsWith[pair])
            {
                MergeWord(word, left, right, result);
            }
            counts.Remove(pair);
            wordsWith.Remove(pair);
            grown.Remove(pair);
            Enqueue();
        }
        return new TrainedVocabulary(tokens, merges);
    }

    /// <summary>Two pairs can join to one text ("a" "bc", "ab" "c"); they share its token.</summary>
    private int AddToken(string token)
    {
        if (idOfToken.TryGetValue(token, out var id)) return id;
        idOfToken.Add(token, tokens.Count);
        tokens.Add(token);
        return tokens.Count - 1;
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private void MergeWord(int word, int left, int right, int result)
    {
        var symbols = words[word];
        var length = lengths[word];
        var frequency = frequencies[word];
        for (var i = 0; i + 1 < length; i++)
        {
            if (symbols[i] != left || symbols[i + 1] != right) continue;
            if (i > 0)
            {
                Change(Pair(symbols[i - 1], left), -frequency, word);
                Change(Pair(symbols[i - 1], result), frequency, word);
            }
            symbols[i] = result;
            Array.Copy(symbols, i + 2, symbols, i + 1, length - i - 2);
            length--;
            if (i + 1 < length)
            {
                Change(Pair(right, symbols[i + 1]), -frequency, word);
                Change(Pair(result, symbols[i + 1]), frequency, word);
            }
        }
        lengths[word] = length;
    }

    private void Change(ulong pair, long difference, int word)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _) += difference;
        if (difference < 0) return;
        grown.Add(pair);
        ref var holders = ref CollectionsMarshal.GetValueRefOrAddDefault(wordsWith, pair, out _);
        holders ??= [];
        if (holders.Count == 0 || holders[^1] != word) holders.Add(word);
    }

    private void Enqueue()
    {
        foreach (var pair in grown)
        {
            queue.Enqueue(pair, new Candidate(counts[pair], pair));
        }
        grown.Clear();
    }
}
