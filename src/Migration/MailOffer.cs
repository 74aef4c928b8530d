using System.Globalization;

namespace Athena.Migration;

/// <summary>Which mail settings a daemon lacks and another program's can fill in. Pure.</summary>
internal static class MailOffer
{
    /// <summary>The host of a fresh settings file, as it stands there before anybody chose it.</summary>
    private const string Preset = "smtp.eu.mailgun.org";

    /// <summary>What would be set, in the order in which it is written; empty when nothing is missing, or nothing fits.</summary>
    /// <param name="given">The value of a key; null when it is not set or empty.</param>
    /// <param name="found">The other program's.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(Func<string, string?> given, FoundMail found)
    {
        var host = given("SMTP_HOST");
        var signsIn = given("SMTP_USER") is not null || given("SMTP_PASSWORD") is not null;
        var isSame = string.Equals(host, found.Host, StringComparison.OrdinalIgnoreCase);
        var offer = new List<KeyValuePair<string, string>>();

        // A password is for its own server. Where another one was chosen, nothing of this one is put beside it.
        var isChosen = host is not null && (host != Preset || signsIn);
        if (isChosen && !isSame) return offer;

        if (!isSame)
        {
            Add("SMTP_HOST", found.Host);
            Add("SMTP_PORT", (found.Port ?? 587).ToString(CultureInfo.InvariantCulture));

            // We send no password in the clear, whatever the other program does; the server may know STARTTLS all the same.
            Add(
                "SMTP_SECURITY",
                found.Security == "none" && found.Password is not null && !IsThisHost(found.Host) ? "starttls" : found.Security);
        }

        if (!signsIn && found.Password is not null)
        {
            Add("SMTP_USER", found.User);
            Add("SMTP_PASSWORD", found.Password);
        }

        if (given("MAIL_FROM") is null) Add("MAIL_FROM", found.From);
        return offer;

        void Add(string key, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value)) offer.Add(new KeyValuePair<string, string>(key, value));
        }
    }

    /// <summary>Mail that does not leave this host needs no protection.</summary>
    internal static bool IsThisHost(string host) =>
        host is "localhost" or "::1" or "[::1]" || host.StartsWith("127.", StringComparison.Ordinal);
}
