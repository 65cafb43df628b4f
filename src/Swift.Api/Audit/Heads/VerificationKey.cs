using System.Security.Cryptography;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Heads;

/// <summary>A public key that heads are checked with.</summary>
internal sealed class VerificationKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create();
    private readonly byte[] _der;

    /// <param name="der">SubjectPublicKeyInfo.</param>
    public VerificationKey(byte[] der)
    {
        _key.ImportSubjectPublicKeyInfo(der, out _);
        (_der, Id) = (der, Convert.ToHexStringLower(SHA256.HashData(der)));
    }

    public string Id { get; }

    public string Base64 => Convert.ToBase64String(_der);

    /// <param name="file">Public or private key in PEM.</param>
    /// <exception cref="SwiftException"><c>bad_audit_key</c></exception>
    public static VerificationKey Read(string file)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return new VerificationKey(key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or IOException)
        {
            throw SwiftException.BadInput("bad_audit_key", $"{file} cannot be read as a key on P-256 in PEM: {e.Message}", e);
        }
    }

    /// <summary>Whether the head says what was signed with this key.</summary>
    public bool Verifies(TreeHead head)
    {
        Span<byte> signature = stackalloc byte[64];
        return head.KeyId == Id
            && Convert.TryFromBase64String(head.Signature, signature, out var written) && written == signature.Length
            && _key.VerifyData(HeadFormat.Signed(head.TreeSize, head.RootHash, head.Timestamp), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public void Dispose() => _key.Dispose();
}
