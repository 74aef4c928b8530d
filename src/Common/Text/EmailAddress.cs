using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Athena.Common.Text;

/// <summary>
/// Exactly one plain addr-spec (RFC 5321 §4.1.2 Dot-string, RFC 6531 for UTF-8): what may stand in <c>MAIL</c>, <c>RCPT</c> and
/// <c>To</c>. Quoted local parts, comments, address literals, lists, spaces and control characters are legal somewhere and needed nowhere:
/// Grafana stores all of them as typed by strangers (docs/grafana.md §5), so they end here.
/// </summary>
public sealed record EmailAddress
{
    private const int LongestLocalPart = 64;    // octets, RFC 5321 §4.5.3.1.1
    private const int LongestDomain = 255;      // octets, RFC 5321 §4.5.3.1.2
    private const int LongestAddress = 254;     // octets: a path is 256 with its angle brackets, RFC 5321 §4.5.3.1.3
    private const int LongestLabel = 63;        // octets, RFC 1035 §2.3.4

    private static readonly IdnMapping Idn = new();

    private EmailAddress(string localPart, string domain)
    {
        LocalPart = localPart;
        Domain = domain;
    }

    /// <summary>What stands before the <c>@</c>, as typed; may hold letters outside ASCII.</summary>
    public string LocalPart { get; }

    /// <summary>What stands after the <c>@</c>, always ASCII: an international name is in its <c>xn--</c> form.</summary>
    public string Domain { get; }

    /// <summary>True when the local part is not ASCII, so that only a server with SMTPUTF8 can take it.</summary>
    public bool NeedsSmtpUtf8 => !Ascii.IsValid(LocalPart);

    /// <summary>Reads one address. Nothing is trimmed or repaired: what is not one plain addr-spec is refused.</summary>
    /// <param name="text">What somebody typed.</param>
    /// <param name="address">Null when refused.</param>
    /// <param name="problem">Why it was refused, without repeating the text; null when it was not.</param>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out EmailAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        if (string.IsNullOrEmpty(text))
            return Refuse("it is empty", out problem);
        // Twice the limit in characters cannot fit in octets; checked before any work is done on what a stranger made long.
        if (text.Length > LongestAddress * 2)
            return Refuse($"it is longer than {LongestAddress} octets", out problem);

        int at = text.IndexOf('@');
        if (at < 0 || at != text.LastIndexOf('@'))
            return Refuse(
                "it does not hold exactly one @" + (text.Contains(';') ? "; several addresses are separated by commas" : ""), out problem);

        string local = text[..at];
        if (!IsDotString(local, IsAtomRune))
            return Refuse("what stands before the @ is not a plain name", out problem);
        if (Encoding.UTF8.GetByteCount(local) > LongestLocalPart)
            return Refuse($"what stands before the @ is longer than {LongestLocalPart} octets", out problem);
        if (!TryReadDomain(text[(at + 1)..], out string? domain))
            return Refuse("what stands after the @ is not a domain name", out problem);
        if (Encoding.UTF8.GetByteCount(local) + 1 + domain.Length > LongestAddress)
            return Refuse($"it is longer than {LongestAddress} octets", out problem);

        address = new EmailAddress(local, domain);
        problem = null;
        return true;
    }

    /// <inheritdoc cref="TryParse(string?, out EmailAddress?, out string?)"/>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address) => TryParse(text, out address, out _);

    /// <summary>Reads an address that must be one, such as a constant.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out EmailAddress? address, out string? problem)
            ? address
            : throw new FormatException($"Not an e-mail address: {problem}.");

    /// <summary>The form that goes on the wire.</summary>
    public override string ToString() => $"{LocalPart}@{Domain}";

    private static bool Refuse(string reason, out string? problem)
    {
        problem = reason;
        return false;
    }

    private static bool TryReadDomain(string text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        if (!IsDotString(text, IsDomainRune))
            return false;
        string ascii = text;
        if (!Ascii.IsValid(text))
        {
            // Without ICU, IdnMapping encodes but does not map letters: ours are made lower-case first, as nameprep would.
            try
            {
                ascii = Idn.GetAscii(text.ToLowerInvariant());
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        if (ascii.Length > LongestDomain)
            return false;
        string[] labels = ascii.Split('.');
        if (labels.Any(label => label.Length > LongestLabel || label.StartsWith('-') || label.EndsWith('-')))
            return false;
        // 127.0.0.1 without brackets is neither a name nor a literal (RFC 3696 §2: no all-numeric top-level domain).
        if (labels[^1].All(char.IsAsciiDigit))
            return false;
        domain = ascii;
        return true;
    }

    private static bool IsDotString(string text, Func<Rune, bool> isAllowed)
    {
        bool afterDot = true;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            // Half a surrogate pair is no character and would be replaced silently by the encoder.
            if (Rune.DecodeFromUtf16(rest, out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
                return false;
            bool isDot = rune.Value == '.';
            if (isDot ? afterDot : !isAllowed(rune))
                return false;
            afterDot = isDot;
            rest = rest[length..];
        }

        return !afterDot;
    }

    private static bool IsAtomRune(Rune rune) =>
        rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) || "!#$%&'*+-/=?^_`{|}~".Contains((char)rune.Value) : IsWordRune(rune);

    private static bool IsDomainRune(Rune rune) =>
        rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '-' : IsWordRune(rune);

    // Letters, digits and their marks of any script; no space, control, format (bidi, zero-width), symbol, private or unassigned one.
    private static bool IsWordRune(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber;
}
