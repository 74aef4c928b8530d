namespace Athena.Common.Grafana.Usage;

/// <summary>One dashboard of one user. <paramref name="Uid"/> is hostile text.</summary>
/// <param name="Opens">How often they opened it; a reload is an open.</param>
/// <param name="IsOnScreen">A query from it was seen, so it was on screen even if it was opened before the window.</param>
public sealed record DashboardActivity(string Uid, long Opens, bool IsOnScreen, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);
