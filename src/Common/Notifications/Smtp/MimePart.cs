using System.Text;

namespace Athena.Common.Notifications.Smtp;

/// <summary>One node of a MIME tree: its header fields and its encoded content.</summary>
internal sealed class MimePart
{
    private readonly string _headers;
    private readonly string _content;

    private MimePart(string headers, string content)
    {
        _headers = headers;
        _content = content;
    }

    public static MimePart Text(string type, string text) =>
        new($"Content-Type: {type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n", QuotedPrintable.Encode(text));

    public static MimePart Binary(string type, byte[] content, string headers) =>
        new($"Content-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n{headers}", Base64(content));

    public static MimePart Multipart(string kind, string boundary, IReadOnlyList<MimePart> parts)
    {
        StringBuilder content = new();
        foreach (MimePart part in parts)
            content.Append($"--{boundary}\r\n").Append(part);
        content.Append($"--{boundary}--");
        return new MimePart($"Content-Type: multipart/{kind};\r\n boundary=\"{boundary}\"\r\n", content.ToString());
    }

    /// <summary>Header fields, an empty line, content, and the line end that belongs to whatever follows.</summary>
    public override string ToString() => $"{_headers}\r\n{_content}\r\n";

    private static string Base64(byte[] content) =>
        string.Join("\r\n", Convert.ToBase64String(content).Chunk(76).Select(line => new string(line)));
}
