using System.Globalization;
using System.Text;
using Athena.AutoDisable.Accounts;
using Athena.AutoDisable.Drills;
using Athena.AutoDisable.Exposures;

namespace Athena.AutoDisable;

/// <summary>How the gate was at one moment, taken down by its own loop for those who ask from other threads.</summary>
/// <param name="Known">Accounts that the gate knows, those of a drill left out.</param>
/// <param name="Waiting">Those of them who wait for a decision, locked or not.</param>
/// <param name="Inside">
/// Those of them of whom the admins are told that they could not be locked. Whoever is just being locked is none of them, nor whose lock
/// is tried again for a moment.
/// </param>
internal sealed record GateSnapshot(
    string GrafanaUrl,
    DateTimeOffset? LastLook,
    DateTimeOffset? LastLogLine,
    DateTimeOffset? LastGap,
    DateTimeOffset BaselineAt,
    string? SaveProblem,
    DrillRun? Drill,
    IReadOnlyList<Trouble> Troubles,
    IReadOnlyList<(int Count, string Called)> Counts,
    int Known,
    int Waiting,
    int Inside)
{
    /// <summary>By how much Grafana's clock, by which its log is written, is ahead of ours; negative: behind.</summary>
    public TimeSpan GrafanaAhead { get; init; }

    /// <summary>Those who were found enabled by nobody known, and are inside until the admins answer.</summary>
    public int Found { get; init; }

    /// <summary>How it stands with the triggers in Grafana's database; null where the daemon has no access to it.</summary>
    public string? BornLocked { get; init; }

    /// <summary>How many of those who wait queried data while they were inside, and how often in all.</summary>
    public (int People, long Queries) Data { get; init; }

    /// <summary>What whoever is locked tries all the same, of all of them together.</summary>
    public RefusedCount Refused { get; init; }

    /// <summary>False while there is a trouble that keeps the gate from its work, or while somebody is inside who should be locked.</summary>
    public bool IsWell => Troubles.All(trouble => trouble.Kind is TroubleKind.ListenerNotProved or TroubleKind.BornLockedBroken or TroubleKind.NotBornLocked or TroubleKind.BornLockedUnwatched or TroubleKind.Imported) && Inside == 0;

    /// <summary>Whether the gate does its work, in a sentence or a few.</summary>
    public string Judgement
    {
        get
        {
            if (IsWell) return LastLook is null ? "Looking at the user list." : "Every new account is locked.";
            var text = new StringBuilder();
            if (Inside > 0)
                text.Append(CultureInfo.InvariantCulture, $"{Inside} {(Inside == 1 ? "account is" : "accounts are")} STILL INSIDE and cannot be locked: grafana-auto-disable pending says why. ");
            return text.AppendJoin(' ', Troubles.Select(trouble => GateEvents.Sentence(trouble.Kind))).ToString().TrimEnd();
        }
    }

    public static GateSnapshot Of(GateAssembly gate)
    {
        int admitted = 0, before = 0, locking = 0, locked = 0, atDoor = 0, rejected = 0, inside = 0, found = 0, curious = 0;
        long queries = 0;
        foreach (var account in gate.Memory.Book.All.Where(account => account.Case is not { IsDrill: true }))
        {
            _ = account.Status switch
            {
                AccountStatus.Admitted => admitted++,
                AccountStatus.DisabledBefore => before++,
                AccountStatus.Locking => locking++,
                AccountStatus.Locked => locked++,
                AccountStatus.AtDoor => atDoor++,
                _ => rejected++,
            };
            if (account is { Status: AccountStatus.Locking or AccountStatus.AtDoor, Case.InsideSince: not null }) inside++;
            if (account.Found is not null) found++;
            if (account is { Status: AccountStatus.Locked or AccountStatus.Locking or AccountStatus.AtDoor, Case.Exposure: { Queries: > 0 } exposure })
            {
                curious++;
                queries += exposure.Queries;
            }
        }

        var state = gate.Memory.State;
        return new GateSnapshot(
            state.GrafanaUrl, gate.Gate.LastLook, gate.Clock.Ours(state.Log?.LastLineAt), state.LastGapAt, state.BaselineAt, gate.Gate.WriteProblem, state.Drill, [.. state.Troubles],
            [(admitted, "admitted"), (before, "disabled before us"), (locked, "locked and waiting"), (locking, "being locked"), (atDoor, "external and only shown out"), (rejected, "rejected")],
            admitted + before + locking + locked + atDoor + rejected, locked + locking + atDoor, inside)
        {
            GrafanaAhead = gate.Clock.Ahead,
            Found = found,
            Data = (curious, queries),
            BornLocked = gate.BornLocked.Sentence,
            Refused = gate.Recorder.Refused.Look(),
        };
    }
}
