namespace Athena.Common.Kpis;

/// <summary>All numbers by which the platform is measured, with their targets: docs/kpi.md says how each is made.</summary>
public static class KpiKinds
{
    private const string AutoDisable = "grafana-auto-disable";
    private const string Compliance = "grafana-compliance";
    private const string ActiveUsers = "grafana-active-users";

    /// <summary>Percent of the minutes.</summary>
    public const double AvailabilityTarget = 99.5;

    /// <summary>Percent of the logins.</summary>
    public const double LoginTarget = 99;

    /// <summary>Milliseconds, of 95 percent of the openings.</summary>
    public const long LoadTarget = 2000;

    public static Kpi Availability { get; } = new("availability", "Grafana is there", "at least 99.5 %");

    public static Kpi LoginSuccess { get; } = new("loginSuccess", "Logins that succeed", "at least 99 %");

    public static Kpi DashboardLoad { get; } = new("dashboardLoad", "A dashboard shows its data, 95 of 100", "in less than 2 s");

    public static Kpi NeededApproval { get; } = new("neededApproval", "New accounts that needed an approval", "100 %");

    public static Kpi StrangersAnswered { get; } = new("strangersAnswered", "Requests answered to strangers", "0");

    public static Kpi HoursDecided { get; } = new("hoursDecided", "Hours decided of those due", "100 %");

    public static Kpi PulsesSent { get; } = new("pulsesSent", "Pulses sent of those due", "100 %");

    public static Kpi DataLoss { get; } = new("dataLoss", "Data lost", "0");

    /// <summary>In the order of the report, each with who knows it.</summary>
    public static IReadOnlyList<(Kpi Kind, string Daemon)> All { get; } =
    [
        (Availability, ActiveUsers), (LoginSuccess, ActiveUsers), (DashboardLoad, ActiveUsers), (NeededApproval, AutoDisable),
        (StrangersAnswered, AutoDisable), (HoursDecided, Compliance), (PulsesSent, ActiveUsers), (DataLoss, AutoDisable),
        (DataLoss, Compliance), (DataLoss, ActiveUsers),
    ];
}
