using Athena.Common.Text;

namespace Athena.AutoDisable.State;

/// <summary>What an admin decided about an account.</summary>
/// <param name="At">When: the log's time of their request, or ours for a command.</param>
/// <param name="By">Who: a Grafana login, a system user for a command, or a phrase that says it could not be seen.</param>
/// <param name="Reason">Given with the command; empty otherwise.</param>
internal sealed record Decision(DateTimeOffset At, string By, string Reason)
{
    public string By { get; init; } = ClaimedText.Cut(By);

    /// <summary>The reason is for the applicant, too, where they are written to.</summary>
    public bool IsReasonTold { get; init; }
}

/// <summary>A decision that was taken back.</summary>
/// <param name="Decision">As it was.</param>
/// <param name="WasApproval">The account was open from then on.</param>
/// <param name="By">Who took it back.</param>
/// <param name="At">When.</param>
internal sealed record UndoneDecision(Decision Decision, bool WasApproval, string By, DateTimeOffset At);
