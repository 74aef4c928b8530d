namespace Athena.AutoDisable.Watching;

/// <summary>An account that was met for the first time.</summary>
/// <param name="Created">When Grafana says that it made it; null where it does not say.</param>
/// <param name="SeenAt">When it was met.</param>
internal sealed record MetAccount(long Id, DateTimeOffset? Created, bool IsExternal, DateTimeOffset SeenAt);
