namespace Athena.Common.Grafana.Api;

/// <summary>The unauthenticated health page: version and whether the database answers.</summary>
public sealed record GrafanaHealth(string Version, bool DatabaseOk)
{
    /// <summary>What is said where it does not.</summary>
    public const string DatabaseAway = "Grafana runs, but says that its database does not answer.";

    /// <summary>What to do about a health page that is not well.</summary>
    public static string RemedyFor(string detail) => detail.StartsWith(DatabaseAway, StringComparison.Ordinal)
        ? "Is the database running that grafana.ini names in the section [database] (systemctl status postgresql)? Nobody can sign in "
            + "meanwhile."
        : "Is it running (systemctl status grafana-server)? Is GRAFANA_URL right?";
}
