using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.BornLocked;
using Athena.AutoDisable.Watching;
using Athena.Common.Grafana;

namespace Athena.AutoDisable.Enforcement;

/// <summary>Locks those of whom it was decided: the intent to disk, the disables of all at once, and nothing in front of them.</summary>
internal sealed class NewCases(GateMemory memory, Locksmith locksmith, ArrivalEvidence evidence, BornLockedWatch bornLocked, Chronicle chronicle)
{
    /// <summary>So many are disabled before anybody looks at the inbox again; the rest in portions (<see cref="Locksmith.DisableSomeAsync"/>).</summary>
    private const int MostAtOnce = 100;

    public async Task LockAsync(IReadOnlyList<(GrafanaUser User, Account? Known)> strangers, CancellationToken cancel)
    {
        if (strangers.Count == 0) return;
        foreach (var (user, known) in strangers)
            if (known is null) evidence.Met(user);
        var opened = strangers.Select(s => locksmith.Open(s.User, s.Known, evidence.For(s.User))).ToList();
        if (memory.UnlookedRestore is { } restored)
            foreach (var account in opened.Where(a => !(a.Case!.Arrival.At > restored.At))) account.Case!.RestoredFrom = restored.BackupAt;
        memory.Save(); // The intent. If the disk refuses, he is locked all the same.
        await locksmith.DisableAsync([.. opened.Take(MostAtOnce)], cancel);
        foreach (var (account, (_, known)) in opened.Zip(strangers))
            if (known is null) bornLocked.NoteFoundEnabled(account);
        chronicle.Intended(opened); // For the auditor; behind the disable, which nothing may hold up.
    }
}
