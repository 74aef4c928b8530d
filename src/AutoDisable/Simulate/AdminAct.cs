namespace Athena.AutoDisable.Simulate;

/// <summary>Somebody, or a script with an account of its own, enabled or disabled an account.</summary>
/// <param name="At">The line's time.</param>
/// <param name="By">Login.</param>
internal sealed record AdminAct(DateTimeOffset At, bool IsEnabling, string By);
