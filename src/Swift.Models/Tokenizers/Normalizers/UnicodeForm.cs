namespace Swift.Models.Tokenizers.Normalizers;

/// <summary>NFC, NFD, NFKC or NFKD.</summary>
internal sealed class UnicodeForm(bool compose, bool compatibility) : Normalizer
{
    public override string Normalize(string text) => UnicodeNormalization.Normalize(text, compose, compatibility);
}
