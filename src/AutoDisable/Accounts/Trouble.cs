namespace Athena.AutoDisable.Accounts;

/// <summary>A trouble that lasts.</summary>
internal sealed record Trouble(TroubleKind Kind, DateTimeOffset Since, string Detail);
