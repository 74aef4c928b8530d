using System.Diagnostics.CodeAnalysis;

namespace Athena.Common.Grafana.Database;

/// <summary>The typed outcome of one call. An answer is never an exception: what a database does is expected, whatever it does.</summary>
/// <param name="Value">The account as it was read back; null unless the outcome is Done or AlreadySo.</param>
/// <param name="Detail">A sentence for the sysadmin, without secrets: what was asked, what came back, what to do.</param>
public sealed record UserTableAnswer(UserTableOutcome Outcome, LockState? Value, string Detail)
{
    /// <summary>True when the account is as asked, whoever made it so.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsSo => Outcome is UserTableOutcome.Done or UserTableOutcome.AlreadySo && Value is not null;
}
