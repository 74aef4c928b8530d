using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

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

/// <summary>Reads the section <c>[smtp]</c> of <c>grafana.ini</c>. Pure.</summary>
internal static class GrafanaIni
{
    private const string Section = "smtp";

    /// <summary>Null when Grafana sends no mail, or no server is named.</summary>
    public static FoundMail? Read(string text, string path)
    {
        var settings = ServerSettings.OfFile(text);
        if (settings[Section, "enabled"] != "true" || settings[Section, "host"] is not { Length: > 0 } server) return null;

        var colon = server.LastIndexOf(':');
        var port = 0;
        var hasPort = colon > 0 && int.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port);
        var host = hasPort ? server[..colon] : server;
        var user = Given(settings, "user", out var userElsewhere);
        var password = Given(settings, "password", out var elsewhere);
        var from = Given(settings, "from_address", out _);
        return new FoundMail(
            $"{path}, section [smtp]", host, hasPort ? port : 25,
            port == 465
                ? "tls"
                : settings[Section, "starttls_policy"] == "NoStartTLS" || MailOffer.IsThisHost(host) ? "none" : "starttls",
            user, user is null ? null : password,
            EmailAddress.TryParse(from, out var address, out _) ? address.ToString() : null, Given(settings, "from_name", out _),
            userElsewhere ? "the user does not stand there but is taken from elsewhere ($__…)"
            : user is not null && elsewhere ? "the password does not stand there but is taken from elsewhere ($__…)"
            : user is not null && password is null ? "no password stands there" : null);
    }

    /// <summary>
    /// Null for nothing, and for what Grafana itself looks up elsewhere: <c>$__env{X}</c>, <c>$__file{/path}</c>, <c>${X}</c>.
    /// </summary>
    private static string? Given(ServerSettings settings, string key, out bool isElsewhere)
    {
        var value = settings[Section, key] ?? "";
        isElsewhere = ServerSettings.IsElsewhere(value);
        return value.Length == 0 || isElsewhere ? null : value;
    }
}

/// <summary>Reads msmtp's configuration (msmtp(1), <c>/etc/msmtprc</c>), as far as it says how to reach the mail server. Pure.</summary>
internal static class Msmtprc
{
    /// <summary>The default account; null when there is none, or it names no server.</summary>
    public static FoundMail? Read(string text, string path)
    {
        var defaults = new Dictionary<string, string>(StringComparer.Ordinal);
        var accounts = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        string? first = null;
        var section = defaults;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#') continue;
            var words = line.Split([' ', '\t'], 2, StringSplitOptions.TrimEntries);
            var (key, value) = (words[0].ToLowerInvariant(), words.Length > 1 ? Unquote(words[1]) : "on");
            if (key == "defaults") section = defaults;
            else if (key == "account") section = Begin(value);
            else section[key] = value;
        }

        var account = accounts.ContainsKey("default") ? "default" : first;
        var settings = account is null ? defaults : accounts[account];
        return settings.ContainsKey("host") ? Of(settings, account is null ? path : $"{path}, account {account}") : null;

        // "account a : b, c" begins with what b and c say; each begins with the defaults so far.
        Dictionary<string, string> Begin(string value)
        {
            var parts = value.Split(':', 2, StringSplitOptions.TrimEntries);
            var begun = new Dictionary<string, string>(defaults, StringComparer.Ordinal);
            foreach (var other in parts.Length < 2 ? [] : parts[1].Split(',', StringSplitOptions.TrimEntries))
            {
                foreach (var (key, inherited) in accounts.GetValueOrDefault(other, [])) begun[key] = inherited;
            }

            first ??= parts[0];
            return accounts[parts[0]] = begun;
        }
    }

    private static FoundMail Of(Dictionary<string, string> settings, string origin)
    {
        var isTls = settings.GetValueOrDefault("tls") == "on";
        var isImplicit = isTls && settings.GetValueOrDefault("tls_starttls", "on") == "off";
        var signsIn = settings.GetValueOrDefault("auth", "off") != "off";
        var user = signsIn ? settings.GetValueOrDefault("user") : null;
        var password = signsIn ? settings.GetValueOrDefault("password") : null;
        var from = settings.GetValueOrDefault("from");
        return new FoundMail(
            origin, settings["host"],
            int.TryParse(settings.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? port
                : isImplicit ? 465 : 25,
            isImplicit ? "tls" : isTls ? "starttls" : "none",
            user, user is null ? null : password,
            EmailAddress.TryParse(from, out var address, out _) ? address.ToString() : null, settings.GetValueOrDefault("from_full_name"),
            user is not null && password is null
                ? settings.ContainsKey("passwordeval")
                    ? "the password comes from a command (passwordeval), which is not run"
                    : "no password stands there"
                : null);
    }

    private static string Unquote(string value) => value is ['"', .., '"'] ? value[1..^1] : value;
}
