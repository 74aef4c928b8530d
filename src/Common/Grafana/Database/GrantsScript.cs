namespace Athena.Common.Grafana.Database;

/// <summary>The rights that the daemon needs in Grafana's database: a file of SQL that the package brings.</summary>
public static class GrantsScript
{
    public const string Name = "grafana-auto-disable-grants.sql";

    /// <summary>Where it lies on a host on which the package is installed.</summary>
    public const string Path = "/usr/share/doc/grafana-auto-disable/examples/" + Name;
}
