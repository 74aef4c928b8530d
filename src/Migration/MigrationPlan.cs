using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
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

/// <summary>What a daemon is to take over from whoever guarded before.</summary>
/// <param name="Before">Until when the one before looked, as the user or systemd says it; null when nobody knows.</param>
/// <param name="All">Everything that is there was seen by the one before.</param>
/// <param name="HasOldGuard">There was one before; without, only a daemon without any state has something to adopt.</param>
/// <param name="By">Who takes over, for the audit.</param>
/// <param name="IsPreview">Only say what would be done.</param>
public sealed record Adoption(string? Before, bool All, bool HasOldGuard, string By, bool IsPreview);

/// <summary>What a daemon adopted, or would.</summary>
/// <param name="Text">Sentences for a person; empty when there is nothing to be said.</param>
/// <param name="Strangers">Accounts that are not adopted and will be treated as new.</param>
/// <param name="NeedsTime">Nothing was adopted: until when the one before looked must be known first.</param>
/// <param name="Problem">Why it did not work; null when it did.</param>
public sealed record AdoptionReply(string Text, int Strangers = 0, bool NeedsTime = false, string? Problem = null);

/// <summary>Somebody whom this daemon let in, as Grafana lists them now.</summary>
/// <param name="Selector">As commands take it: <c>uid:…</c>.</param>
/// <param name="Name">Login, made visible.</param>
/// <param name="IsDisabled">Disabled in Grafana.</param>
/// <param name="IsOurs">An admin let them in while this daemon guarded, so that whoever guarded before does not know them.</param>
public sealed record LetIn(string Selector, string Name, bool IsDisabled, bool IsOurs);

/// <summary>Whom a daemon let in.</summary>
/// <param name="Problem">Why that cannot be told; null when it can.</param>
public sealed record LetInReply(IReadOnlyList<LetIn> People, string? Problem = null);

/// <summary>How the answer goes from one process to the other.</summary>
[JsonSerializable(typeof(AdoptionReply))]
[JsonSerializable(typeof(LetInReply))]
internal sealed partial class AdoptJson : JsonSerializerContext;
