using System.Globalization;
using Athena.Common.Text;

namespace Athena.Migration;

/// <summary>Reads the section <c>[smtp]</c> of <c>grafana.ini</c>, with the quoting that its own comments tell of. Pure.</summary>
internal static class GrafanaIni
{
    /// <summary>Null when Grafana sends no mail, or no server is named.</summary>
    public static FoundMail? Read(string text, string path)
    {
        var smtp = Section(text, "smtp");
        if (smtp.GetValueOrDefault("enabled") != "true" || smtp.GetValueOrDefault("host") is not { Length: > 0 } server) return null;

        var colon = server.LastIndexOf(':');
        var port = 0;
        var hasPort = colon > 0 && int.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port);
        var host = hasPort ? server[..colon] : server;
        var user = Given(smtp, "user", out var userElsewhere);
        var password = Given(smtp, "password", out var elsewhere);
        var from = Given(smtp, "from_address", out _);
        return new FoundMail(
            $"{path}, section [smtp]", host, hasPort ? port : 25,
            port == 465
                ? "tls"
                : smtp.GetValueOrDefault("starttls_policy") == "NoStartTLS" || MailOffer.IsThisHost(host) ? "none" : "starttls",
            user, user is null ? null : password,
            EmailAddress.TryParse(from, out var address, out _) ? address.ToString() : null, Given(smtp, "from_name", out _),
            userElsewhere ? "the user does not stand there but is taken from elsewhere ($__…)"
            : user is not null && elsewhere ? "the password does not stand there but is taken from elsewhere ($__…)"
            : user is not null && password is null ? "no password stands there" : null);
    }

    /// <summary>
    /// Null for nothing, and for what Grafana itself looks up elsewhere: <c>$__env{X}</c>, <c>$__file{/path}</c>, <c>${X}</c>.
    /// </summary>
    private static string? Given(Dictionary<string, string> section, string key, out bool isElsewhere)
    {
        var value = section.GetValueOrDefault(key, "");
        isElsewhere = value.StartsWith("$__", StringComparison.Ordinal) || value.StartsWith("${", StringComparison.Ordinal);
        return value.Length == 0 || isElsewhere ? null : value;
    }

    /// <summary>Keys in lower case. A comment begins at # or ; also behind a value, unless that is quoted.</summary>
    private static Dictionary<string, string> Section(string text, string name)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var section = "";
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] is ';' or '#') continue;
            if (line is ['[', .., ']']) section = line[1..^1].Trim();
            else if (section == name && line.Split('=', 2) is [var key, var value])
                found[key.Trim().ToLowerInvariant()] = Value(value.Trim());
        }

        return found;
    }

    private static string Value(string text)
    {
        foreach (var quote in (string[])["\"\"\"", "`", "\"", "'"])
        {
            if (text.StartsWith(quote, StringComparison.Ordinal)
                && text.IndexOf(quote, quote.Length, StringComparison.Ordinal) is > 0 and var end)
                return text[quote.Length..end];
        }

        var comment = text.IndexOfAny([';', '#']);
        return (comment < 0 ? text : text[..comment]).TrimEnd();
    }
}
