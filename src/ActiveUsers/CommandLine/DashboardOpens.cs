using Athena.Common.Grafana.Usage;

namespace Athena.ActiveUsers.CommandLine;

/// <summary>Who opened one dashboard.</summary>
/// <param name="Title">Null when it is not known.</param>
internal sealed record DashboardOpens(WindowReading Reading, string Uid, string? Title);
