using System.Globalization;
using System.Text.RegularExpressions;
using Athena.Common.Text;

namespace Athena.Common.Notify.Channels.Mail;

/// <summary>One answer of a server, of one or more lines (RFC 5321 §4.2).</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Lines">What follows the code on each line.</param>
internal sealed partial record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int LongestText = 300;

    public bool IsPositive => Code is >= 200 and < 300;

    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>The server ends the session, whatever was asked (RFC 5321 §3.8).</summary>
    public bool IsClosing => Code == 421;

    /// <summary>RFC 3463, such as <c>5.1.1</c>; empty when the server gives none. Counts only if its class agrees with the code.</summary>
    public string EnhancedStatus
    {
        get
        {
            Match match = Status().Match(Lines[0]);
            return match.Success && match.Value[0] == (char)('0' + (Code / 100)) ? match.Value : "";
        }
    }

    /// <summary>Code and text in one line, as evidence. The text is a stranger's.</summary>
    public override string ToString() =>
        UntrustedText.Visible($"{Code.ToString(CultureInfo.InvariantCulture)} {string.Join(" / ", Lines)}".Trim(), LongestText);

    [GeneratedRegex(@"\A[245]\.\d{1,3}\.\d{1,3}(?=\s|\z)")]
    private static partial Regex Status();
}
