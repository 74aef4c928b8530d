namespace Athena.AutoDisable.Enforcement;

/// <summary>Somebody whom the log has shown and who is to be looked up.</summary>
/// <param name="Email">What they signed in with; null when only their id is known.</param>
/// <param name="Id">0 with an <paramref name="Email"/>.</param>
internal readonly record struct WakeUp(string? Email, long Id);
