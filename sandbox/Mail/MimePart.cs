namespace Athena.Sandbox.Mail;

/// <summary>A part of a mail (RFC 2045): its headers, and either parts of its own or content with the transfer encoding undone.</summary>
/// <param name="Headers">unfolded, encoded words decoded (RFC 2047), in order; a name may come twice</param>
public sealed record MimePart(IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<MimePart> Parts, byte[] Content)
{
    /// <summary>In lower case, without parameters; text/plain when nothing is said (RFC 2045 §5.2).</summary>
    public string MediaType => Header("Content-Type") is { Length: > 0 } type ? type.Split(';')[0].Trim().ToLowerInvariant() : "text/plain";

    public string ContentId => Header("Content-ID").Trim('<', '>', ' ');

    public bool IsAttachment => Header("Content-Disposition").StartsWith("attachment", StringComparison.OrdinalIgnoreCase);

    public string FileName => MimeReader.Parameter(Header("Content-Disposition"), "filename") is { Length: > 0 } name
        ? name
        : MimeReader.Parameter(Header("Content-Type"), "name");

    /// <summary>The content as text by its charset; UTF-8 when none is named or it is unknown. Lines are ended as they came.</summary>
    public string Text
    {
        get
        {
            var name = MimeReader.Parameter(Header("Content-Type"), "charset");
            return MimeReader.Charset(name).GetString(Content);
        }
    }

    /// <summary>This part and all within it.</summary>
    public IEnumerable<MimePart> All => Parts.SelectMany(p => p.All).Prepend(this);

    /// <summary>The first header of this name; empty when there is none.</summary>
    public string Header(string name) => Headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    public MimePart? Find(string mediaType) => All.FirstOrDefault(p => p.MediaType == mediaType && !p.IsAttachment);
}
