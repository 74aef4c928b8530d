using System.Diagnostics.CodeAnalysis;
using System.Net;
using Npgsql;

namespace Athena.Common.Grafana.Database;

/// <summary>
/// Reads the setting <c>GRAFANA_DATABASE</c> and holds it to our rules: one database, named; TLS verified in full unless the server is
/// on this machine; short time-outs and a small pool. Pure, but for looking whether a certificate file is there.
/// </summary>
internal static class DatabaseAddress
{
    /// <summary>The settings to connect with; false with a sentence that repeats no part of the setting that could be secret.</summary>
    public static bool TryRead(string text, out NpgsqlConnectionStringBuilder builder, [NotNullWhen(false)] out string? problem)
    {
        text = text.Trim();
        if (PostgresUri.IsUri(text))
        {
            if (!PostgresUri.TryRead(text, out builder, out problem)) return false;
        }
        else if (!TryReadKeywords(text, out builder))
        {
            problem =
                "GRAFANA_DATABASE cannot be read: write Host=…;Database=…;Username=…;Password=… with a value that holds ; or = in quotes, "
                + "or postgresql://USER:PASSWORD@HOST/DATABASE.";
            return false;
        }

        problem = Missing(builder) ?? LessThanVerified(builder);
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

    private static string? Missing(NpgsqlConnectionStringBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Host)) return "GRAFANA_DATABASE names no host.";
        if (builder.Host.Any(char.IsWhiteSpace))
            return "GRAFANA_DATABASE holds blanks in the host: its parts are separated by ; and not by blanks.";
        if (string.IsNullOrWhiteSpace(builder.Database))
            return "GRAFANA_DATABASE names no database: it is the name under [database] in grafana.ini.";
        if (string.IsNullOrWhiteSpace(builder.Username) && !Hosts(builder).All(IsSocket))
            return $"GRAFANA_DATABASE names no user: {GrantsScript.Path} makes one.";
        return builder.RootCertificate is { Length: > 0 } file && !File.Exists(file)
            ? $"GRAFANA_DATABASE names the certificate file {file}, which does not exist or cannot be read."
            : null;
    }

    /// <summary>
    /// To another machine the certificate and the name in it are verified: otherwise whoever stands between could give any answer.
    /// </summary>
    private static string? LessThanVerified(NpgsqlConnectionStringBuilder builder)
    {
        if (Hosts(builder).FirstOrDefault(host => !IsThisMachine(host)) is not { } remote) return null;
        if (!builder.Keys.Cast<string>().Contains("SSL Mode")) builder.SslMode = SslMode.VerifyFull;
        return builder.SslMode == SslMode.VerifyFull
            ? null
            : $"GRAFANA_DATABASE asks for SSL mode {builder.SslMode} to another machine ({remote}): only VerifyFull (sslmode=verify-full) "
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
