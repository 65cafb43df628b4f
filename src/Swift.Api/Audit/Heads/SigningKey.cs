using System.Security.Cryptography;
using Swift.Contracts.Experiments;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Heads;

/// <summary>Signs heads of the log with ECDSA on P-256.</summary>
internal sealed class SigningKey : IDisposable
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly ECDsa _key;

    private SigningKey(ECDsa key) => (_key, PublicKey) = (key, new VerificationKey(key.ExportSubjectPublicKeyInfo()));

    public VerificationKey PublicKey { get; }

    /// <summary>The key in a file; a new one, which only the owner may read, if there is no file.</summary>
    /// <exception cref="SwiftException"><c>bad_audit_key</c></exception>
    public static SigningKey Open(string file)
    {
        if (!File.Exists(file)) Create(file);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            if (key.KeySize == 256) return new SigningKey(key);
        }
        catch (ArgumentException)
        {
            // Not a key in PEM: told below.
        }
        key.Dispose();
        throw SwiftException.BadInput("bad_audit_key", $"{file} is no private key on P-256 in PEM. openssl ecparam -genkey -name prime256v1 -noout | openssl pkcs8 -topk8 -nocrypt makes one.");
    }

    public TreeHead Sign(long treeSize, byte[] root, DateTime utc)
    {
        var (rootHash, timestamp) = (Convert.ToHexStringLower(root), HeadFormat.Timestamp(utc));
        var signature = _key.SignData(HeadFormat.Signed(treeSize, rootHash, timestamp), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new TreeHead(treeSize, rootHash, timestamp, PublicKey.Id, Convert.ToBase64String(signature));
    }

    public void Dispose()
    {
        _key.Dispose();
        PublicKey.Dispose();
    }

    private static void Create(string file)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OnlyOwner;
        using var stream = new FileStream(file, options);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        stream.Flush(flushToDisk: true);
    }
}
