using System.Globalization;
using System.Text;
using Athena.AutoDisable.Enforcement;
using Athena.AutoDisable.Evidence;
using Athena.AutoDisable.State;
using Athena.AutoDisable.Telemetry;

namespace Athena.AutoDisable.CommandLine;

/// <summary>How the gate was at one moment, taken down by its own loop for those who ask from other threads.</summary>
/// <param name="Known">Accounts that the gate knows, those of a drill left out.</param>
/// <param name="Waiting">Those of them who wait for a decision, locked or not.</param>
/// <param name="Inside">
/// Those of them of whom the admins are told that they could not be locked. Whoever is just being locked is none of them, nor whose lock
/// is tried again for a moment.
/// </param>
internal sealed record AutoDisableSnapshot(
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
    /// <summary>How many accounts stand where.</summary>
    public IReadOnlyDictionary<AccountStatus, int> Standing { get; init; } = new Dictionary<AccountStatus, int>();

    /// <inheritdoc cref="Census.LongestWaiting"/>
    public DateTimeOffset? LongestWaiting { get; init; }

    /// <summary>By how much Grafana's clock, by which its log is written, is ahead of ours; negative: behind.</summary>
    public TimeSpan GrafanaAhead { get; init; }

    /// <summary>Those who were found enabled by nobody known, and are inside until the admins answer.</summary>
    public int Found { get; init; }

    /// <summary>Those who are locked and of whom no mail has told yet.</summary>
    public int Untold { get; init; }

    /// <summary>How it stands with the triggers in Grafana's database; null where the daemon has no access to it.</summary>
    public string? BornLocked { get; init; }

    /// <summary>How many of those who wait queried data while they were inside, and how often in all.</summary>
    public (int People, long Queries) Data { get; init; }

    /// <summary>What whoever is locked tries all the same, of all of them together.</summary>
    public RefusedCount Refused { get; init; }

    /// <summary>
    /// False while there is a trouble that keeps the gate from its work, or while somebody is inside who should be locked.
    /// </summary>
    public bool IsWell => Inside == 0 && Troubles.All(trouble => TroubleText.Of(trouble.Kind).LeavesTheGateAtWork);

    /// <summary>Whether the gate does its work, in a sentence or a few.</summary>
    public string Judgement
    {
        get
        {
            if (IsWell) return LastLook is null ? "Looking at the user list." : "Every new account is locked.";
            var text = new StringBuilder();
            if (Inside > 0)
                text.Append(CultureInfo.InvariantCulture,
                    $"{Inside} {(Inside == 1 ? "account is" : "accounts are")} STILL INSIDE and cannot be locked: grafana-auto-disable "
                    + $"pending says why. ");
            return text.AppendJoin(' ', Troubles.Select(trouble => TroubleText.Of(trouble.Kind).Journal)).ToString().TrimEnd();
        }
    }

    public static AutoDisableSnapshot Of(AutoDisableParts gate) => Of(gate, Census.Of(gate.Memory.Book));

    /// <param name="census">The accounts, as <see cref="Census.Of"/> counted them; they have not changed since.</param>
    public static AutoDisableSnapshot Of(AutoDisableParts gate, Census census)
    {
        var state = gate.Memory.State;
        return new AutoDisableSnapshot(
            state.GrafanaUrl, gate.Gate.LastLook, gate.Clock.Ours(state.Log?.LastLineAt), state.LastGapAt, state.BaselineAt,
            gate.Gate.WriteProblem, state.Drill, [.. state.Troubles],
            census.Called, census.Known, census.Waiting, census.Inside)
        {
            GrafanaAhead = gate.Clock.Ahead,
            Found = census.Found,
            Standing = census.Standing,
            LongestWaiting = census.LongestWaiting,
            Untold = census.Untold,
            Data = (census.Curious, census.Queries),
            BornLocked = gate.BornLocked.Sentence,
            Refused = gate.Recorder.Refused.Look(),
        };
    }
}
