using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Athena.Common.Network;
using Athena.Common.Settings;

namespace Athena.Common.GrafanaLog.Sources.LokiSource;

/// <summary>How a Loki is asked. The keys are named as <c>logcli</c> names them.</summary>
/// <param name="Url">Of the server, with the path of a proxy before it; without user, query or fragment.</param>
/// <param name="Query">Whose lines: a selector of LogQL, with line filters behind it where the site wants them.</param>
public sealed record LokiAccess(Uri Url, string Query)
{
    private const string QueryKey = "LOKI_QUERY", CaKey = "LOKI_CA_CERT_PATH", CertificateKey = "LOKI_CLIENT_CERT_PATH",
        KeyKey = "LOKI_CLIENT_KEY_PATH", UserKey = "LOKI_USERNAME", PasswordKey = "LOKI_PASSWORD", TokenKey = "LOKI_BEARER_TOKEN",
        TenantKey = "LOKI_ORG_ID", HttpKey = "LOKI_ALLOW_HTTP";

    /// <summary>For basic authentication; null shows none.</summary>
    public string? User { get; init; }

    /// <summary>Its password. A secret.</summary>
    public string? Password { get; init; }

    /// <summary>Shown as a bearer token in place of both. A secret.</summary>
    public string? Token { get; init; }

    /// <summary>The tenant, or several with <c>|</c> between; null where Loki has one only.</summary>
    public string? Tenant { get; init; }

    /// <summary>Trusted besides the system's; null for none.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Shown to the server, with its key; null shows none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>How long after the end of a window its lines are on their way to Loki.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Host and port, for sentences. No secret.</summary>
    public string Place => Url.Authority;

    /// <summary>Names the place alone.</summary>
    public override string ToString() => Place;

    /// <summary>Reads all keys, whatever the log is, so that each is known; faults are told only where Loki is the log.</summary>
    /// <param name="url">As <c>LOG</c> has it; null where the log is another one.</param>
    internal static LokiAccess? Read(SettingsReader reader, Uri? url)
    {
        LokiAccess? access = null;
        void ReadAll() => access = ReadKeys(reader, url ?? new Uri("https://localhost"));
        if (url is not null)
        {
            ReadAll();
            Judge(reader, access!);
        }
        else
        {
            reader.TryRead(ReadAll, "It is not read while LOG names no Loki.");
        }

        return url is null ? null : access;
    }

    private static LokiAccess ReadKeys(SettingsReader reader, Uri url)
    {
        var query = reader.Text(
            QueryKey, "Whose lines are read where LOG is a Loki: a selector in LogQL, as in {unit=\"grafana-server.service\"}.");
        var tenant = Word(reader, TenantKey, "The tenant in Loki (X-Scope-OrgID); several with an upright stroke between.");
        var user = reader.Text(UserKey, "Login at Loki, or at the proxy before it.");
        var password = reader.Secret(PasswordKey, "Its password.");
        var token = reader.Secret(TokenKey, "A token that is shown to Loki in place of login and password.");
        if (token?.AsSpan().Trim().ContainsAnyExceptInRange('!', '~') == true)
            reader.Refuse(TokenKey, "holds a space, a line break or another character that no token has");
        return new LokiAccess(url, query ?? "")
        {
            User = user,
            Password = password,
            Token = token?.Trim(),
            Tenant = tenant,
            Authorities = ReadAuthorities(reader),
            Certificate = ReadCertificate(reader),
            Settle = reader.Duration(
                "LOKI_SETTLE", "30s", "How long after the end of a window its lines may be on their way to Loki.", TimeSpan.FromSeconds(1),
                TimeSpan.FromMinutes(10)),
            IsHttpAllowed = reader.YesNo(HttpKey, false, "Allow Loki to be asked over plain http on another machine."),
        };
    }

    private bool IsHttpAllowed { get; init; }

    private static void Judge(SettingsReader reader, LokiAccess access)
    {
        if (!reader.IsGiven(QueryKey))
            reader.Refuse(QueryKey, "is missing although LOG names a Loki: write the labels of Grafana's lines, as in "
                + "'{unit=\"grafana-server.service\"}', in single quotes");
        if (reader.IsGiven(UserKey) != reader.IsGiven(PasswordKey))
            reader.Refuse(reader.IsGiven(UserKey) ? PasswordKey : UserKey, "is missing: a login has both");
        if (access.Url.Scheme == Uri.UriSchemeHttp && !Connector.IsThisMachine(access.Url.Host.Trim('[', ']')) && !access.IsHttpAllowed)
            reader.Refuse("LOG", "is plain http to another machine: who reads along has every line, and may change them. Use https, or "
                + $"set {HttpKey}=yes if that network is trusted");
    }

    /// <summary>What goes into a header.</summary>
    private static string? Word(SettingsReader reader, string key, string help)
    {
        var text = reader.Text(key, help);
        if (text?.AsSpan().ContainsAnyExceptInRange('!', '~') != true) return text;
        reader.Refuse(key, "must be printable characters of ASCII, without a space");
        return null;
    }

    private static X509Certificate2Collection? ReadAuthorities(SettingsReader reader)
    {
        if (reader.Text(CaKey, "PEM file with the authority that signed Loki's certificate.") is not { } path) return null;
        var authorities = CertificateCheck.TryReadAuthorities(path, out var problem);
        if (problem is not null) reader.Refuse(CaKey, problem);
        return authorities;
    }

    private static X509Certificate2? ReadCertificate(SettingsReader reader)
    {
        var certificate = reader.Text(CertificateKey, "PEM file with our own certificate, where Loki wants to see one.");
        var key = reader.Text(KeyKey, "PEM file with its key.");
        if (certificate is null && key is null) return null;
        if (certificate is null || key is null)
        {
            reader.Refuse(certificate is null ? CertificateKey : KeyKey, "is missing: a certificate has both");
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            reader.Refuse(CertificateKey, $"cannot be read together with {KeyKey}: {e.Message}");
            return null;
        }
    }
}
