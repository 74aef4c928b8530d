using System.Text.Json.Nodes;
using Athena.Common.Daemon.CommandLine;

namespace Athena.Migration;

/// <summary>What a daemon says of itself for <c>activate</c> and <c>revert</c>.</summary>
public sealed record MigrationPlan<TSettings>
{
    /// <summary>What is not done while nobody guards, as a whole sentence without its end: <c>new accounts are not disabled</c>.</summary>
    public required string Consequence { get; init; }

    /// <summary>One more run of an old guard harms nobody, and proves that it works. Not so where each run sends a report.</summary>
    public required bool OldGuardMayRunAnyTime { get; init; }

    /// <summary>From <c>status --output json</c>: why the daemon does not do its work yet, as in <c>it … </c>; null when it does.</summary>
    public required Func<JsonNode, string?> WhyNotYet { get; init; }

    /// <summary>
    /// Arguments of a command that proves that the work can be done, without consequences; empty when <c>check</c> proves it.
    /// </summary>
    public IReadOnlyList<string> Trial { get; init; } = [];

    /// <summary>Takes what was done before for done. Called with the rights of the unit, while the daemon does not run.</summary>
    public required Func<WorkerContext<TSettings>, Adoption, CancellationToken, Task<AdoptionReply>> Adopt { get; init; }

    /// <summary>
    /// Why the daemon should not be handed back from yet, as a whole sentence with what to do first; null when nothing speaks against it.
    /// Asked as root: it looks at nothing but whether files are there.
    /// </summary>
    public Func<WorkerContext<TSettings>, string?>? WhyNotBack { get; init; }

    /// <summary>The option with which it is handed back from all the same, and what it says; null with <see cref="WhyNotBack"/>.</summary>
    public (string Name, string Description)? BackAllTheSame { get; init; }

    /// <summary>
    /// Whom the daemon let in, and those of the selectors enabled again before; null where nobody is let in. Called with the rights of the
    /// unit, also while the daemon runs.
    /// </summary>
    public Func<WorkerContext<TSettings>, IReadOnlyList<string>, CancellationToken, Task<LetInReply>>? LetIn { get; init; }
}
