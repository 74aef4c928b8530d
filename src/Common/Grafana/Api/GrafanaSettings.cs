using System.Globalization;
using Athena.Common.Settings;

namespace Athena.Common.Grafana.Api;

/// <summary>The <c>GRAFANA_*</c> keys that each daemon has.</summary>
public static class GrafanaSettings
{
    private static readonly string[] WayIn = ["GRAFANA_USER", "GRAFANA_PASSWORD", "GRAFANA_TOKEN"];

    /// <summary>Where Grafana is and how we sign in; faults are in the reader's problems.</summary>
    /// <param name="tokenHelp">One sentence: which token this daemon can use.</param>
    /// <param name="isOptional">With neither user nor token the daemon works without an account
    /// (<see cref="GrafanaClientOptions.IsAnonymous"/>).</param>
    public static GrafanaClientOptions Read(SettingsReader reader, WorkerIdentity identity, string tokenHelp, bool isOptional = false)
    {
        var options = new GrafanaClientOptions
        {
            Url = reader.Uri(
                "GRAFANA_URL",
                "http://127.0.0.1:3000",
                "Grafana as this host reaches it, with its sub-path if it has one.",
                "http",
                "https",
                "unix")
                .OriginalAddress(),
            User = reader.Text("GRAFANA_USER", "Login of the daemon's own account, a server admin; or use GRAFANA_TOKEN."),
            Password = reader.Secret("GRAFANA_PASSWORD", "Its password."),
            Token = reader.Secret("GRAFANA_TOKEN", tokenHelp),
            AllowHttp = reader.YesNo("GRAFANA_ALLOW_HTTP", false, "Allow a password over plain http to another machine."),
            TrustLoopback = reader.YesNo(
                "GRAFANA_TRUST_LOOPBACK", false, "Believe whoever listens at Grafana's address on this machine, unproved."),
            CaFile = reader.Text("GRAFANA_CA_FILE", "PEM file with the authority that signed Grafana's certificate."),
            Timeout = reader.Duration(
                "GRAFANA_TIMEOUT", "10s", "How long one request to Grafana may take.", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)),
            JoinsOrganisations = reader.YesNo(
                "ACCOUNT_JOINS_ORGANISATIONS", false,
                "Let the account make itself Admin of each new organisation; otherwise you are told once: account repair."),
            Clock = ZoneSetting.Text(reader.Source),
            Daemon = identity.Component,
            SettingsAt = reader.PlaceOf(identity.Daemon, WayIn),
        };
        if (isOptional && options is { User: null, Password: null, Token: null }) options = options with { IsAnonymous = true };
        foreach (var problem in options.Problems()) reader.Refuse(problem.Split(' ', 2)[0].TrimEnd(':', ','), problem);
        return options;
    }

    /// <summary>A socket's path as it was written; Uri would write it with slashes of its own.</summary>
    private static string OriginalAddress(this Uri uri) => uri.Scheme == "unix" ? uri.OriginalString : uri.AbsoluteUri.TrimEnd('/');
}

/// <summary>Settings that hold ids of users.</summary>
public static class UserIdsSetting
{
    /// <summary>Comma separated; a fault is in the reader's problems.</summary>
    public static IReadOnlySet<long> Read(SettingsReader reader, string key, string @default, string help) =>
        reader.Read<IReadOnlySet<long>>(key, @default, help, TryParse) ?? new HashSet<long>();

    private static string? TryParse(string text, out IReadOnlySet<long> ids)
    {
        var read = new HashSet<long>();
        ids = read;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0)
                return "must be numbers above 0, as in 3,17";
            read.Add(id);
        }

        return null;
    }
}
