using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana.Api;

namespace Athena.AutoDisable.Enforcement;

/// <summary>Locks those of whom it was decided: the intent to disk, the disables of all at once, and nothing in front of them.</summary>
internal sealed class NewCases(
    AutoDisableMemory memory,
    AccountLocker accountLocker,
    ArrivalEvidence evidence,
    BornLockedWatch bornLocked,
    EventRecorder eventRecorder)
{
    /// <summary>
    /// So many are disabled before anybody looks at the inbox again; the rest in portions (<see cref="AccountLocker.DisableSomeAsync"/>).
    /// </summary>
    private const int MostAtOnce = 100;

    public async Task LockAsync(IReadOnlyList<(GrafanaUser User, Account? Known)> strangers, CancellationToken cancel)
    {
        if (strangers.Count == 0) return;
        foreach (var (user, known) in strangers)
            if (known is null) evidence.Met(user);
        var opened = strangers.Select(s => accountLocker.Open(s.User, s.Known, evidence.For(s.User))).ToList();
        if (memory.UnlookedRestore is { } restored)
            foreach (var account in opened.Where(a => !(a.Case!.Arrival.At > restored.At))) account.Case!.RestoredFrom = restored.BackupAt;
        memory.Save(); // The intent. If the disk refuses, they are locked all the same.
        await accountLocker.DisableAsync([.. opened.Take(MostAtOnce)], cancel);
        foreach (var (account, (_, known)) in opened.Zip(strangers))
            if (known is null) bornLocked.NoteFoundEnabled(account);
        eventRecorder.Intended(opened); // For the auditor; behind the disable, which nothing may hold up.
    }
}

/// <summary>How those are met whom nobody knows: asked for ahead, found, locked.</summary>
internal sealed record Newcomers(LookAhead Ahead, Arrivals Arrivals, NewCases Cases);
