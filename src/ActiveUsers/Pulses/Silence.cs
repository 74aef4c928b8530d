namespace Athena.ActiveUsers.Pulses;

/// <summary>During maintenance no alert is sent; what is still wrong when it ends is told then.</summary>
/// <param name="By">Who asked for it.</param>
internal sealed record Silence(DateTimeOffset Since, DateTimeOffset Until, string By, string Reason);
