namespace Athena.ActiveUsers.Policy;

/// <summary>From how many on it is an alert, counted over five minutes.</summary>
internal sealed record AlertLimits(int FailedLogins, int SignUps);
