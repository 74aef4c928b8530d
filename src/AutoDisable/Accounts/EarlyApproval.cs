namespace Athena.AutoDisable.Accounts;

/// <summary>An approval that was seen in the log before the account was seen in the list: kept until the list shows it.</summary>
/// <param name="Subject">Id or uid, as the request's path named it.</param>
/// <param name="IsOfCopy">Another copy of this daemon approved it, and so it holds for external accounts as well.</param>
internal sealed record EarlyApproval(string Subject, Decision Decision, bool IsOfCopy = false);
