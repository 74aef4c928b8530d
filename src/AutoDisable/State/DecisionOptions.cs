namespace Athena.AutoDisable.State;

/// <summary>Who may decide from a mail, and what they need for it beside the link; see docs/decisions.md.</summary>
/// <param name="Url">Under which the page of decisions is reached: <c>https://grafana.example</c>.</param>
/// <param name="MailTo">Admins whose mails bear links; some of those who get the mails.</param>
/// <param name="Proof">What an approval needs.</param>
internal sealed record DecisionOptions(Uri Url, IReadOnlyList<string> MailTo, ApprovalProof Proof)
{
    /// <summary>Cloudflare Access, whose word is verified; null unless <see cref="Proof"/> is <see cref="ApprovalProof.Access"/>.</summary>
    public AccessOptions? Access { get; init; }

    /// <summary>Where the page asks.</summary>
    public required string Socket { get; init; }

    /// <summary>A link lives so long; a reminder brings new ones.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The page behind a link.</summary>
    public Uri Page(string token) => new($"{Url.AbsoluteUri.TrimEnd('/')}/athena/decide/{token}");
}

/// <param name="Team">The issuer: <c>https://hospital.cloudflareaccess.com</c>.</param>
/// <param name="Audience">The tag of the application, 64 hexadecimal digits.</param>
internal sealed record AccessOptions(Uri Team, string Audience);

/// <summary>The second thing that an approval needs beside the link.</summary>
internal enum ApprovalProof
{
    /// <summary>The PIN of whoever got the mail.</summary>
    Pin,

    /// <summary>The signed word of Cloudflare Access that it is them.</summary>
    Access,

    /// <summary>The word of oauth2-proxy, which reaches the page by a unix socket, that it is them.</summary>
    Proxy,
}

/// <summary>Who may decide by the buttons in the chat; see docs/decisions.md.</summary>
/// <param name="People">By the number that Telegram gave them: the address whose PIN they have, or null for one who only rejects.</param>
internal sealed record ChatDecisionOptions(IReadOnlyDictionary<long, string?> People)
{
    /// <summary>Those who approve with their PIN.</summary>
    public IEnumerable<string> Addresses => People.Values.OfType<string>();
}
