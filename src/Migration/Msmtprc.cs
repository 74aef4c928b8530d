using System.Globalization;
using Athena.Common.Text;

namespace Athena.Migration;

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
