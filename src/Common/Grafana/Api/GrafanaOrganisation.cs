namespace Athena.Common.Grafana.Api;

/// <summary>An organisation of the Grafana server.</summary>
public sealed record GrafanaOrganisation(long Id, string Name);
