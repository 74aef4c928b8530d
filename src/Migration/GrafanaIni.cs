using System.Globalization;
using Athena.Common.Grafana.Api;
using Athena.Common.Text;

namespace Athena.Migration;

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
