using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;

namespace Athena.Common.Grafana.Database;

/// <summary>
/// The URI form of PostgreSQL's own tools (PostgreSQL manual, "Connection URIs"), which Npgsql does not read:
/// <c>postgresql://user:password@host1:5432,host2/database?sslmode=verify-full</c>. Pure.
/// </summary>
internal static class PostgresUri
{
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslnegotiation"] = "SSL Negotiation",
        ["target_session_attrs"] = "Target Session Attributes",
    };

    public static bool IsUri(string text) => text.Contains("://", StringComparison.Ordinal) && !text.Contains(';');

    /// <summary>Reads a URI; false with a sentence that repeats no part of it that could be secret.</summary>
    public static bool TryRead(string text, out NpgsqlConnectionStringBuilder builder, [NotNullWhen(false)] out string? problem)
    {
        builder = [];
        problem =
            "GRAFANA_DATABASE cannot be read: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for @ and %2F for / inside "
            + "the password.";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (text[..scheme].ToLowerInvariant() is not ("postgres" or "postgresql"))
        {
            problem = "GRAFANA_DATABASE must begin with postgresql://, because only a Grafana on PostgreSQL can be handled this way.";
            return false;
        }

        var rest = text[(scheme + 3)..];
        var query = rest.IndexOf('?');
        var parameters = query < 0 ? "" : rest[(query + 1)..];
        if (query >= 0) rest = rest[..query];
        var slash = rest.IndexOf('/');
        var database = slash < 0 ? "" : rest[(slash + 1)..];
        if (slash >= 0) rest = rest[..slash];
        var at = rest.LastIndexOf('@');
        var credentials = at < 0 ? [] : rest[..at].Split(':', 2);
        if (at >= 0) rest = rest[(at + 1)..];

        try
        {
            if (rest.Length > 0) ReadHost(Uri.UnescapeDataString(rest), builder);
            if (database.Length > 0) builder.Database = Uri.UnescapeDataString(database);
            if (credentials.Length > 0) builder.Username = Uri.UnescapeDataString(credentials[0]);
            if (credentials.Length > 1) builder.Password = Uri.UnescapeDataString(credentials[1]);
            foreach (var parameter in parameters.Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var pair = parameter.Split('=', 2);
                if (!Keywords.TryGetValue(pair[0], out var keyword))
                {
                    problem =
                        $"GRAFANA_DATABASE holds a parameter after ? that is not known here; known are {string.Join(", ", Keywords.Keys)}.";
                    return false;
                }

                builder[keyword] = Value(keyword, Uri.UnescapeDataString(pair.Length > 1 ? pair[1] : ""));
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // The exception's text may quote the value.
            return false;
        }

        problem = null;
        return true;
    }

    /// <summary>One host with its port (IPv6 in brackets), or several, which Npgsql takes apart itself.</summary>
    private static void ReadHost(string text, NpgsqlConnectionStringBuilder builder)
    {
        var colon = text.LastIndexOf(':');
        if (text.Contains(',') || text.StartsWith('/'))
        {
            builder.Host = text;
        }
        else if (colon > text.LastIndexOf(']'))
        {
            builder.Host = text[..colon].Trim('[', ']');
            builder.Port = int.Parse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
        }
        else
        {
            builder.Host = text.Trim('[', ']');
        }
    }

    // verify-full is VerifyFull there, direct is Direct; read-write and the like are spelt the same.
    private static string Value(string keyword, string text) =>
        keyword is "SSL Mode" or "SSL Negotiation" ? text.Replace("-", "", StringComparison.Ordinal) : text;
}
