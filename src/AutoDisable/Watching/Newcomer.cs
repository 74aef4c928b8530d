namespace Athena.AutoDisable.Watching;

/// <summary>An account that was met for the first time, and when it was made.</summary>
/// <param name="Id">Grafana's number of it.</param>
/// <param name="From">It was not made before.</param>
/// <param name="To">Nor after.</param>
/// <param name="IsExternal">It came from outside Grafana, so that no admin made it.</param>
internal readonly record struct Newcomer(long Id, DateTimeOffset From, DateTimeOffset To, bool IsExternal);
