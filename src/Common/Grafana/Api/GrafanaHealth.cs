namespace Athena.Common.Grafana.Api;

/// <summary>The unauthenticated health page: version and whether the database answers.</summary>
public sealed record GrafanaHealth(string Version, bool DatabaseOk)
{
    /// <summary>What is said where it does not.</summary>
    public const string DatabaseAway = "Grafana runs, but says that its database does not answer.";

    /// <summary>What to do about a health page that is not well; null where the sentence about it says so already.</summary>
    public static string? RemedyFor(string detail) =>
        detail.StartsWith(DatabaseAway, StringComparison.Ordinal)
            ? "Is the database running that grafana.ini names in the section [database] (systemctl status postgresql)? Nobody can sign in "
                + "meanwhile."
        : detail.Contains(NetworkFault.Unconnected, StringComparison.Ordinal)
            ? "To see: systemctl status grafana-server. To start it: sudo systemctl start grafana-server."
        : NamesASetting(detail) ? null
        : "Is it running (systemctl status grafana-server)? Is GRAFANA_URL right?";

    private static bool NamesASetting(string detail) =>
        detail.Contains("GRAFANA_", StringComparison.Ordinal) || detail.Contains("_PROXY", StringComparison.Ordinal);
}
