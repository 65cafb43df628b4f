using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Swift.Api.Audit.Canonical;

/// <summary>
/// One spelling for every JSON value: RFC 8785, except that numbers keep all their digits (<see cref="CanonicalNumber"/>).
/// jsonb keeps neither bytes, nor the order of members, nor how a number was written, so what is hashed is this form.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical form, UTF-8.</summary>
    public static byte[] Of(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary><c>sha256:</c> and the hash of the canonical form.</summary>
    public static string Digest(JsonElement value) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Of(value)));

    internal static void Write(IBufferWriter<byte> to, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(to, value); break;
            case JsonValueKind.Array: WriteArray(to, value); break;
            case JsonValueKind.String: WriteString(to, value.GetString()!); break;
            case JsonValueKind.Number: to.Write(Encoding.ASCII.GetBytes(CanonicalNumber.Of(value.GetRawText()))); break;
            case JsonValueKind.True: to.Write("true"u8); break;
            case JsonValueKind.False: to.Write("false"u8); break;
            default: to.Write("null"u8); break;
        }
    }

    /// <summary>A string between quotes, with the shortest escapes of what must be escaped.</summary>
    internal static void WriteString(IBufferWriter<byte> to, string text)
    {
        to.Write("\""u8);
        var plain = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (Escape(text[i]) is not { } escape) continue;
            WriteUtf8(to, text.AsSpan(plain, i - plain));
            WriteUtf8(to, escape);
            plain = i + 1;
        }
        WriteUtf8(to, text.AsSpan(plain));
        to.Write("\""u8);
    }

    private static string? Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => $"\\u{(int)c:x4}",
        _ => null,
    };

    private static void WriteUtf8(IBufferWriter<byte> to, ReadOnlySpan<char> text)
    {
        if (text.Length > 0) Encoding.UTF8.GetBytes(text, to);
    }

    /// <summary>Members in the order of their names' UTF-16 code units.</summary>
    private static void WriteObject(IBufferWriter<byte> to, JsonElement value)
    {
        to.Write("{"u8);
        var first = true;
        foreach (var member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (!first) to.Write(","u8);
            first = false;
            WriteString(to, member.Name);
            to.Write(":"u8);
            Write(to, member.Value);
        }
        to.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> to, JsonElement value)
    {
        to.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first) to.Write(","u8);
            first = false;
            Write(to, item);
        }
        to.Write("]"u8);
    }
}
