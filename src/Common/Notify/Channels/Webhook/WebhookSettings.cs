using System.Net;
using Athena.Common.Network;
using Athena.Common.Settings;

namespace Athena.Common.Notify.Channels.Webhook;

/// <summary>Where events are posted, and how they are signed.</summary>
/// <param name="Url">Whoever knows it may be able to post there: a secret, of which no more than host and port is ever shown.</param>
/// <param name="Secrets">Each signs: while one takes the place of another, the other side may know either.</param>
public sealed record WebhookSettings(Uri Url, IReadOnlyList<byte[]> Secrets)
{
    private const string UrlKey = "WEBHOOK_URL", SecretKey = "WEBHOOK_SECRET", SecretPrefix = "whsec_", CaKey = "WEBHOOK_CA_FILE";

    /// <summary>Whose events they are.</summary>
    public required string Daemon { get; init; }

    /// <summary>The site's <c>TENANT_ID</c>; empty where there is one tenant only.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The machine on which the daemon runs.</summary>
    public required string Host { get; init; }

    /// <summary>Who it is about goes with it, and what the mail is called.</summary>
    public bool TellsNames { get; init; }

    /// <summary>A PEM file with authorities that are trusted besides the system's; null for none.</summary>
    public string? CaFile { get; init; }

    /// <summary>How long one post may take, from the name's resolution to the answer's headers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Host and port, for sentences.</summary>
    public string Place => Url.Authority;

    internal bool IsLoopback => IsOnThisMachine(Url);

    /// <summary>
    /// Null where no address is set, or something about it is faulty: the daemon works without, so that a fault is a remark of the
    /// reader's and no problem.
    /// </summary>
    /// <param name="daemon">Whose events they are.</param>
    public static WebhookSettings? Read(SettingsReader reader, string daemon)
    {
        Uri? url = null;
        List<byte[]> secrets = [];
        bool tellsNames = false;
        string? caFile = null;
        bool isRight = reader.TryRead(() =>
        {
            url = ReadUrl(reader);
            secrets = ReadSecrets(reader);
            tellsNames = reader.YesNo(
                "WEBHOOK_NAMES", false, "What is posted names the person: login, name, e-mail, and what the mail is called.");
            caFile = reader.Text(CaKey, "PEM file with the authority that signed the certificate of WEBHOOK_URL's server.");
            if (caFile is not null && CertificateCheck.TryReadAuthorities(caFile, out string? problem) is null)
                reader.Refuse(CaKey, problem!);
        }, "Until then nothing is posted.");
        return isRight && url is not null
            ? new WebhookSettings(url, secrets)
            {
                Daemon = daemon,
                Tenant = CommonSettings.ReadTenant(reader),
                Host = Environment.MachineName,
                TellsNames = tellsNames,
                CaFile = caFile,
            }
            : null;
    }

    /// <summary>Names the place alone.</summary>
    public override string ToString() => Place;

    /// <summary>The key that a secret stands for; null when it is none.</summary>
    internal static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
            return null;
        byte[] key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out int length) && length is >= 24 and <= 64
            ? key[..length]
            : null;
    }

    private static Uri? ReadUrl(SettingsReader reader)
    {
        if (reader.Secret(UrlKey, "Where events are posted as JSON, an https:// address; http only on this machine.") is not { } text)
            return null;
        if (Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? url) && url is { UserInfo.Length: 0, Fragment.Length: 0 }
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && IsOnThisMachine(url))))
            return url;
        reader.Refuse(UrlKey, "must be an address that begins with https://, without a user (http:// only on this machine)");
        return null;
    }

    private static List<byte[]> ReadSecrets(SettingsReader reader)
    {
        string? text = reader.Secret(
            SecretKey, "Signs what is posted: whsec_ and the base64 of 24 to 64 bytes. Two, with a space between, while one takes the "
            + "place of the other.");
        string[] words = (text ?? "").Split((char[])[' ', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        List<byte[]> keys = [.. words.Select(KeyOf).OfType<byte[]>()];
        if (words.Length > 2 || keys.Count < words.Length)
            reader.Refuse(SecretKey, "must be whsec_ and the base64 of 24 to 64 bytes; one, or two with a space between");
        else if (words.Length == 0 && reader.IsGiven(UrlKey))
            reader.Refuse(SecretKey, $"is missing although {UrlKey} is set; to make one: echo whsec_$(openssl rand -base64 32)");
        return keys;
    }

    private static bool IsOnThisMachine(Uri url) =>
        url.IsLoopback || (IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
