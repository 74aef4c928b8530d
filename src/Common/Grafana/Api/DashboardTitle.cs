namespace Athena.Common.Grafana.Api;

/// <summary>What a person calls a dashboard.</summary>
public sealed record DashboardTitle(string Uid, string Title, string FolderTitle, string Url);
