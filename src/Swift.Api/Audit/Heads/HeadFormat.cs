using System.Globalization;
using System.Text;
using Swift.Contracts.Rest;

namespace Swift.Api.Audit.Heads;

/// <summary>How signed heads are spelt.</summary>
internal static class HeadFormat
{
    /// <summary>Response header that carries the newest head.</summary>
    internal const string ResponseHeader = "Swift-Tree-Head";

    internal static string Timestamp(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    internal static DateTime Time(string timestamp) =>
        DateTime.Parse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

    /// <summary>The bytes that are signed.</summary>
    internal static byte[] Signed(long treeSize, string rootHash, string timestamp) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"swift-tree-head.v1\n{treeSize}\n{rootHash}\n{timestamp}\n"));

    internal static string ToHeader(TreeHead head) =>
        string.Create(CultureInfo.InvariantCulture, $"{head.TreeSize} {head.RootHash} {head.Timestamp} {head.KeyId} {head.Signature}");
}
