namespace Athena.Common.Grafana.Usage;

/// <summary>
/// The most that is kept of a window, so that nobody fills the memory by what they send. Rows stand for accounts that exist and opened
/// dashboards were answered with 200; paths, probes and the referer of a query are whatever somebody writes.
/// </summary>
public static class ActivityBounds
{
    /// <summary>Rows, one for each user and organisation.</summary>
    public const int Rows = 100_000;

    /// <summary>Dashboards of one row.</summary>
    public const int DashboardsOfRow = 1_000;

    /// <summary>Dashboards of all rows together, each user's counted apart.</summary>
    public const int Dashboards = 500_000;

    public const int Changes = 1_000;

    public const int ProbeEchoes = 1_000;

    public const int Opens = 100_000;

    /// <summary>Bytes of a uid; Grafana itself gives no longer one than 40.</summary>
    public const int Uid = 128;
}
