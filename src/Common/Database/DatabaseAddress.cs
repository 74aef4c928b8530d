using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Npgsql;

namespace Athena.Common.Database;

/// <summary>
/// Reads a setting that names a database in PostgreSQL and holds it to our rules: one database, named; TLS verified in full unless the
/// server is on this machine; short time-outs and a small pool. Pure, but for looking whether a certificate file is there.
/// </summary>
internal static class DatabaseAddress
{
    /// <summary>The settings to connect with; false with a sentence that repeats no part of the setting that could be secret.</summary>
    public static bool TryRead(
        DatabaseSetting setting, string text, out NpgsqlConnectionStringBuilder builder, [NotNullWhen(false)] out string? problem)
    {
        text = text.Trim();
        if (PostgresUri.IsUri(text))
        {
            if (!PostgresUri.TryRead(setting, text, out builder, out problem)) return false;
        }
        else if (!TryReadKeywords(text, out builder))
        {
            problem = setting.Key
                + " cannot be read: write Host=…;Database=…;Username=…;Password=… with a value that holds ; or = in quotes, "
                + "or postgresql://USER:PASSWORD@HOST/DATABASE.";
            return false;
        }

        problem = Missing(setting, builder) ?? LessThanVerified(setting.Key, builder);
        if (problem is not null) return false;
        Restrain(builder);
        return true;
    }

    /// <summary>Connections to it, the one way they are made; to be disposed of.</summary>
    public static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder address)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(address.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        return builder.Build();
    }

    /// <summary>Where the database is, for sentences: host and port, never more.</summary>
    public static string Place(NpgsqlConnectionStringBuilder builder) =>
        $"{builder.Host}{(IsSocket(builder.Host!) || builder.Host!.Contains(',') ? "" : $":{builder.Port}")}";

    private static bool TryReadKeywords(string text, out NpgsqlConnectionStringBuilder builder)
    {
        builder = [];
        try
        {
            builder.ConnectionString = text;
            return builder.Count > 0;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            // A password with a ; in it, not quoted, becomes a "keyword" that the exception's text would show.
            return false;
        }
    }

    private static string? Missing(DatabaseSetting setting, NpgsqlConnectionStringBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Host)) return $"{setting.Key} names no host.";
        if (builder.Host.Any(char.IsWhiteSpace))
            return $"{setting.Key} holds blanks in the host: its parts are separated by ; and not by blanks.";
        if (string.IsNullOrWhiteSpace(builder.Database))
            return $"{setting.Key} names no database: {setting.NamesDatabase}.";
        if (string.IsNullOrWhiteSpace(builder.Username) && !Hosts(builder).All(IsSocket))
            return $"{setting.Key} names no user: {setting.MakesUser}.";
        return builder.RootCertificate is { Length: > 0 } file && !File.Exists(file)
            ? $"{setting.Key} names the certificate file {file}, which does not exist or cannot be read."
            : null;
    }

    /// <summary>
    /// To another machine the certificate and the name in it are verified: otherwise whoever stands between could give any answer.
    /// </summary>
    private static string? LessThanVerified(string key, NpgsqlConnectionStringBuilder builder)
    {
        if (Hosts(builder).FirstOrDefault(host => !IsThisMachine(host)) is not { } remote) return null;
        if (!builder.Keys.Cast<string>().Contains("SSL Mode")) builder.SslMode = SslMode.VerifyFull;
        return builder.SslMode == SslMode.VerifyFull
            ? null
            : $"{key} asks for SSL mode {builder.SslMode} to another machine ({remote}): only VerifyFull (sslmode=verify-full) "
                + "is accepted there. "
              + "If its certificate is from an authority of your own, name that one with Root Certificate=/path/ca.pem (sslrootcert=).";
    }

    private static void Restrain(NpgsqlConnectionStringBuilder builder)
    {
        // A Kerberos session would take the place of the TLS that was just insisted on.
        builder.GssEncryptionMode = GssEncryptionMode.Disable;
        builder.Pooling = true;
        builder.MinPoolSize = 0;
        builder.MaxPoolSize = 2;
        builder.ConnectionIdleLifetime = 60;
        builder.Timeout = 5;
        builder.CommandTimeout = 5;
        builder.CancellationTimeout = 500;
        builder.KeepAlive = 0;
        builder.TcpKeepAlive = true;
        builder.Enlist = false;

        // What a row held does not belong into messages.
        builder.IncludeErrorDetail = false;
        builder.IncludeFailedBatchedCommand = false;
        builder.LogParameters = false;
        builder.PersistSecurityInfo = false;
    }

    private static string[] Hosts(NpgsqlConnectionStringBuilder builder) => builder.Host!.Split(',', StringSplitOptions.TrimEntries);

    private static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    private static bool IsThisMachine(string host)
    {
        if (IsSocket(host)) return true;
        // With several hosts each may carry its port; a bare IPv6 address has more than one colon.
        var name = host.Count(c => c == ':') == 1 ? host[..host.IndexOf(':')] : host.StartsWith('[') ? host[1..].Split(']')[0] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}

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
    public static bool TryRead(
        DatabaseSetting setting, string text, out NpgsqlConnectionStringBuilder builder, [NotNullWhen(false)] out string? problem)
    {
        builder = [];
        problem =
            $"{setting.Key} cannot be read: write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for @ and %2F for / inside "
            + "the password.";
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (text[..scheme].ToLowerInvariant() is not ("postgres" or "postgresql"))
        {
            problem = $"{setting.Key} must begin with postgresql://, because {setting.NeedsPostgres}.";
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
                        $"{setting.Key} holds a parameter after ? that is not known here; known are {string.Join(", ", Keywords.Keys)}.";
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

/// <summary>What the sentences about a setting that names a database need to know of it.</summary>
/// <param name="Key">The setting.</param>
/// <param name="NamesDatabase">Where the database's name is found, after a colon.</param>
/// <param name="MakesUser">Who makes its user, after a colon.</param>
/// <param name="NeedsPostgres">Why it must be PostgreSQL, after <c>because</c>.</param>
internal sealed record DatabaseSetting(string Key, string NamesDatabase, string MakesUser, string NeedsPostgres);
