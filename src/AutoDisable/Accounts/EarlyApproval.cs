namespace Athena.AutoDisable.Accounts;

/// <summary>An approval that was seen in the log before the account was seen in the list: kept until the list shows it.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
internal sealed record EarlyApproval(string Subject, Decision Decision);
