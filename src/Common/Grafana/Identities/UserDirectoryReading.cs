namespace Athena.Common.Grafana.Identities;

/// <summary>A roster, and what could not be read of it.</summary>
/// <param name="Problems">A sentence for each part that is missing or old; it may hold text of the server's, cleaned.</param>
/// <param name="IsNews">True when other parts are in trouble than at the reading before: worth a line in the journal, once.</param>
public sealed record UserDirectoryReading(UserDirectory UserDirectory, IReadOnlyList<string> Problems, bool IsNews);
