using Swift.Contracts.Experiments;

namespace Swift.Models.Tokenizers.Encoders;

/// <summary>Tokens by id and ids by token.</summary>
internal sealed class Vocabulary
{
    /// <summary>Ids beyond this would make tables of gigabytes; no model has so many rows.</summary>
    private const int LargestId = 1 << 24;

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private string?[] tokens = new string?[1024];

    public Vocabulary() => lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>One more than the largest id.</summary>
    public int Size { get; private set; }

    /// <summary>Adds a token. Of two tokens with one id the later is the id's text.</summary>
    public void Add(string token, int id)
    {
        if (id is < 0 or >= LargestId)
        {
            throw SwiftException.BadInput("tokenizer_invalid", $"tokenizer.json: the id {id} of the token \"{token}\" is outside 0..{LargestId - 1}.");
        }
        ids[token] = id;
        if (id >= tokens.Length) Array.Resize(ref tokens, Math.Max(id + 1, tokens.Length * 2));
        tokens[id] = token;
        Size = Math.Max(Size, id + 1);
    }

    public bool TryGetId(ReadOnlySpan<char> token, out int id) => lookup.TryGetValue(token, out id);

    public int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    public string? TokenOf(int id) => (uint)id < (uint)tokens.Length ? tokens[id] : null;

    /// <summary>The id of a token that must exist.</summary>
    public int Require(string token, string wanted) => IdOf(token)
        ?? throw SwiftException.BadInput("tokenizer_invalid", $"tokenizer.json: {wanted} \"{token}\" is not in the vocabulary.");
}
