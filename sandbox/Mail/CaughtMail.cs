namespace Athena.Sandbox.Mail;

/// <summary>A mail as it came: the envelope, every byte, and what a reader makes of it.</summary>
/// <param name="Number">1 for the first since the start</param>
/// <param name="Raw">the message without dot-stuffing, lines ended by CRLF</param>
/// <param name="Secure">came over TLS</param>
public sealed record CaughtMail(
    int Number, DateTimeOffset At, string From, IReadOnlyList<string> To, byte[] Raw, bool Secure, string? SignedInAs)
{
    private MimePart? root;

    public MimePart Root => root ??= MimeReader.Read(Raw);

    public string Subject => Root.Header("Subject");
    public string MessageId => Root.Header("Message-ID");

    /// <summary>The first text/plain part that is no attachment; empty when there is none.</summary>
    public string Text => Root.Find("text/plain")?.Text ?? "";

    /// <summary>The first text/html part that is no attachment; empty when there is none.</summary>
    public string Html => Root.Find("text/html")?.Text ?? "";

    /// <summary>The HTML with <c>cid:</c> pictures put in place as <c>data:</c> addresses, so that it shows without the mail.</summary>
    public string StandaloneHtml
    {
        get
        {
            var html = Html;
            foreach (var part in Root.All.Where(p => p.ContentId.Length > 0))
                html = html.Replace(
                    "cid:" + part.ContentId,
                    $"data:{part.MediaType};base64,{Convert.ToBase64String(part.Content)}",
                    StringComparison.Ordinal);

            return html;
        }
    }

    public IEnumerable<MimePart> Attachments => Root.All.Where(p => p.IsAttachment);
}
