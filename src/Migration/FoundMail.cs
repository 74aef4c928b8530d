namespace Athena.Migration;

/// <summary>A mail server that another program of this host uses already.</summary>
/// <param name="Origin">The file, and within it the place: <c>/etc/msmtprc, account default</c>.</param>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Null where none is named.</param>
/// <param name="Security">As <c>SMTP_SECURITY</c> takes it.</param>
/// <param name="User">Null where it does not sign in.</param>
/// <param name="Password">Never shown. Null where there is none, or where it is told by a command or from elsewhere.</param>
/// <param name="From">The sender; null where none is named.</param>
/// <param name="FromName">The sender's name; null where none is named.</param>
/// <param name="Remark">What could not be taken from there; null when all was.</param>
internal sealed record FoundMail(
    string Origin, string Host, int? Port, string Security, string? User, string? Password, string? From, string? FromName, string? Remark)
{
    /// <summary>Names no password.</summary>
    public override string ToString() => $"{Host} ({Origin})";
}
