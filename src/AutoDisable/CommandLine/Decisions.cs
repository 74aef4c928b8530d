using Athena.AutoDisable.Enforcement;

namespace Athena.AutoDisable.CommandLine;

/// <summary>Commands about more than one account at once, and what stands against deleting one.</summary>
internal sealed record Decisions(FoundDecisions Found, GroupApprovals Groups, DeletionBlockers Blockers);
