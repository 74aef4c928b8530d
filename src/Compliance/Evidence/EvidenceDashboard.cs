namespace Athena.Compliance.Evidence;

/// <summary>A dashboard of an administrator's. All texts are hostile.</summary>
/// <param name="Title">Null when Grafana did not tell it: deleted since, or not reachable. Then the uid is shown.</param>
internal sealed record EvidenceDashboard(string Uid, string? Title, string? Folder, long Opens, bool OnScreen);
