namespace Athena.AutoDisable.State;

/// <summary>A trouble that lasts.</summary>
/// <param name="IsTold">The admins were told by mail, so its end is mailed as well.</param>
internal sealed record Trouble(TroubleKind Kind, DateTimeOffset Since, string Detail, bool IsTold = false);
