using System.Globalization;
using System.Net;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Policy;

/// <summary>
/// How well Grafana is locked by its own settings: one line each, to know. It is the hospital's to decide; nothing here is a fault. Pure.
/// </summary>
internal static class Posture
{
    /// <summary>What Grafana itself takes where nothing is set (docs of [auth]).</summary>
    private static readonly TimeSpan MostIdle = TimeSpan.FromDays(7), MostAtAll = TimeSpan.FromDays(30);

    private const int MostMinutesOfToken = 10;

    /// <summary>Those of them that would be better otherwise.</summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<PostureLine> ToMend(ServerSettings server, Uri? publicUrl) =>
        [.. Of(server, publicUrl).Where(line => line.Better is not null)];

    /// <param name="server">Grafana's settings.</param>
    /// <param name="publicUrl">Grafana as browsers reach it; null where only Grafana's own word for it is known.</param>
    public static IReadOnlyList<PostureLine> Of(ServerSettings server, Uri? publicUrl)
    {
        var isHttps = publicUrl?.Scheme == Uri.UriSchemeHttps
            || server["server", "root_url"]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;
        return
        [
            PasswordPolicy(server),
            Wanted(
                server, "security", "disable_brute_force_login_protection", "false",
                "five wrong passwords lock an account for five minutes", "passwords can be tried without end"),
            CookieSecure(server, isHttps),
            CookieSameSite(server),
            DatabaseTls(server),
            Wanted(
                server, "auth.anonymous", "enabled", "false", "nobody sees anything without signing in",
                "whoever reaches Grafana sees dashboards without an account, and the daemon cannot lock them out"),
            Wanted(
                server, "public_dashboards", "enabled", "false", "no dashboard can be shared without signing in",
                "an editor can give a dashboard a link that anybody may open without an account"),
            Address(server, isHttps),
            Lifetime(
                server, "login_maximum_inactive_lifetime_duration", MostIdle, "7d",
                "whoever does nothing for so long signs in again; less where computers are shared"),
            Lifetime(
                server, "login_maximum_lifetime_duration", MostAtAll, "30d", "so long after signing in everybody signs in again"),
            TokenRotation(server),
            Wanted(
                server, "emails", "welcome_email_on_sign_up", "false", "who signs up is not welcomed before anybody approved them",
                "who signs up is welcomed by Grafana before anybody approved them; the daemon writes to them itself"),
        ];
    }

    private static PostureLine Wanted(
        ServerSettings server, string section, string key, string wanted, string whenWell, string whenNot) =>
        server[section, key] switch
        {
            null => Unknown(section, key, whenNot),
            { } value when value.Equals(wanted, StringComparison.OrdinalIgnoreCase) => new(section, key, value, whenWell, null),
            { } value => new(section, key, value, whenNot, wanted),
        };

    /// <summary>An older Grafana does not have each key, and a file may take one from elsewhere.</summary>
    private static PostureLine Unknown(string section, string key, string meaning) =>
        new(section, key, null, $"Grafana does not tell it; if it is off, {meaning}", null);

    private static PostureLine PasswordPolicy(ServerSettings server)
    {
        const string Section = "auth.basic", Key = "password_policy";
        return server.Flag(Section, "enabled") == false
            ? new(Section, Key, server[Section, Key] ?? "", "nobody signs in with a password of Grafana's own", null)
            : server.Flag(Section, Key) is null
                ? new(Section, Key, null, "Grafana does not tell it; without it passwords of four signs are taken", null)
                : Wanted(
                    server, Section, Key, "true", "new passwords have twelve signs, with upper and lower case, a number and another sign",
                    "passwords of four signs are taken");
    }

    private static PostureLine CookieSecure(ServerSettings server, bool isHttps)
    {
        const string Section = "security", Key = "cookie_secure";
        return server.Flag(Section, Key) switch
        {
            null => new(Section, Key, null, "Grafana does not tell it; without it a session also goes over plain http", null),
            true => new(Section, Key, "true", "a session goes over https alone", null),
            // Set while people come over http it would keep all of them out.
            false when !isHttps => new(
                Section, Key, "false",
                "people reach Grafana over plain http, where a session can be read on the way; first https, then true", null),
            false => new(Section, Key, "false", "a session also goes over plain http, where it can be read on the way", "true"),
        };
    }

    private static PostureLine CookieSameSite(ServerSettings server)
    {
        const string Section = "security", Key = "cookie_samesite";
        return server[Section, Key] switch
        {
            null => new(Section, Key, null, "Grafana does not tell it; lax keeps other sites from using somebody's session", null),
            "lax" or "strict" => new(Section, Key, server[Section, Key], "other sites cannot use somebody's session", null),
            { } value => new(Section, Key, value, "a page of another site can act with the session of whoever looks at it", "lax"),
        };
    }

    private static PostureLine DatabaseTls(ServerSettings server)
    {
        const string Section = "database", Key = "ssl_mode";
        var (type, host, mode) = (server[Section, "type"], server[Section, "host"], server[Section, Key]);
        if (server[Section, "url"] is { Length: > 0 } url && Uri.TryCreate(url, UriKind.Absolute, out var address))
            (type, host, mode) = (address.Scheme, address.Host, ModeOf(address.Query) ?? mode);
        if (type is null || mode is null) return new(Section, Key, null, "Grafana does not tell it", null);
        if (type == "sqlite3" || IsHere(host)) return new(Section, Key, mode, "the database is on this machine", null);
        var best = type.StartsWith("postgres", StringComparison.Ordinal) ? "verify-full" : "true";
        return mode == best ? new(Section, Key, mode, "what goes to the database is encrypted, and its server is proved", null)
            : mode is "require" or "verify-ca" or "skip-verify" or "preferred"
                ? new(Section, Key, mode, "what goes to the database is encrypted, but its server is not proved", best)
                : new(Section, Key, mode, "what goes to the database, passwords too, can be read on the way", best);
    }

    private static string? ModeOf(string query) => query.TrimStart('?').Split('&')
        .Select(part => part.Split('=', 2)).FirstOrDefault(part => part is ["sslmode" or "ssl_mode" or "tls", _])?[1];

    /// <summary>As in <c>127.0.0.1:5432</c>, <c>[::1]:5432</c>, <c>localhost</c>, <c>/var/run/postgresql</c>.</summary>
    private static bool IsHere(string? host)
    {
        if (string.IsNullOrEmpty(host) || host[0] == '/') return true;
        var name = host[0] == '[' ? host[1..].Split(']')[0] : host.Count(c => c == ':') == 1 ? host.Split(':')[0] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    private static PostureLine Address(ServerSettings server, bool isHttps)
    {
        const string Section = "server", Key = "http_addr";
        if (server[Section, Key] is not { } value) return new(Section, Key, null, "Grafana does not tell it", null);
        if (server[Section, "protocol"] == "socket") return new(Section, Key, value, "Grafana listens on a socket of this machine", null);
        var isOpen = value is "" or "0.0.0.0" or "::" or "[::]";
        if (!isOpen) return new(Section, Key, value, "Grafana listens at this address alone", null);
        return isHttps && server[Section, "protocol"] == "http"
            ? new(
                Section, Key, value,
                "people come over https, yet Grafana listens on every address over plain http: a way past the tunnel or proxy, where that "
                + "is on this machine", "127.0.0.1")
            : new(Section, Key, value, "people reach Grafana itself, on every address of this machine", null);
    }

    private static PostureLine Lifetime(ServerSettings server, string key, TimeSpan most, string byDefault, string meaning)
    {
        const string Section = "auth";
        return server[Section, key] switch
        {
            null => new(Section, key, null, $"Grafana does not tell it, {byDefault} where nothing is set", null),
            "" => new(Section, key, "", $"{byDefault}; {meaning}", null),
            { } value => new(Section, key, value, meaning, Span(value) > most ? byDefault : null),
        };
    }

    /// <summary>As Grafana writes them: <c>5m 6h 10d 2w 1M 1y</c>; null for what is none.</summary>
    private static TimeSpan? Span(string text) =>
        text.Length > 1 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? text[^1] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                'w' => TimeSpan.FromDays(7 * number),
                'M' => TimeSpan.FromDays(30 * number),
                'y' => TimeSpan.FromDays(365 * number),
                _ => null,
            }
            : null;

    private static PostureLine TokenRotation(ServerSettings server)
    {
        const string Section = "auth", Key = "token_rotation_interval_minutes";
        return server[Section, Key] switch
        {
            null => new(Section, Key, null, "Grafana does not tell it, 10 where nothing is set", null),
            { } value => new(
                Section, Key, value, "a session that was copied ends at the next change of its token",
                int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes > MostMinutesOfToken
                    ? MostMinutesOfToken.ToString(CultureInfo.InvariantCulture)
                    : null),
        };
    }
}

/// <summary>One of Grafana's own settings on which it depends how well it is locked.</summary>
/// <param name="Section">Of grafana.ini, without brackets.</param>
/// <param name="Key">In it.</param>
/// <param name="Value">As it is; null where it could not be learnt.</param>
/// <param name="Why">What it means, a phrase.</param>
/// <param name="Better">The value to write; null where it is well, or not known.</param>
internal sealed record PostureLine(string Section, string Key, string? Value, string Why, string? Better)
{
    /// <summary><c>[security] cookie_secure = false: what it means</c></summary>
    public string What => Value switch
    {
        null => $"[{Section}] {Key} is not known: {Why}",
        "" => $"[{Section}] {Key} is not set: {Why}",
        { } value => $"[{Section}] {Key} = {value}: {Why}",
    };

    /// <summary>What to do; null where there is nothing.</summary>
    public string? Remedy => Better is null ? null : $"In {ServerSettingsFile.Usual}, section [{Section}]: {Key} = {Better}";
}
