using System.Globalization;
using System.Text.Json.Serialization;
using Athena.Common.Grafana.Probes;
using Athena.Common.State;
using Athena.Common.State.Backups;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;

namespace Athena.Compliance.State;

/// <summary>What must not be forgotten between two runs.</summary>
internal sealed class ComplianceState
{
    /// <summary>So many ends are remembered; more than <c>LOOK_BACK</c> can hold.</summary>
    public const int MostEnds = 400;

    /// <summary>So many causes of hours that were not seen; each names at most what is in Grafana.</summary>
    private const int MostCauses = 50;

    /// <summary>Windows that ended before this are none of ours: the daemon was not yet installed.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Windows that ended before this were reported by whoever guarded then; in the past of all of them if nobody did.</summary>
    public DateTimeOffset TakenOverAt { get; set; }

    /// <summary>
    /// Ends of the windows that were decided last, in the order of their decision, which is not always that of the clock.
    /// </summary>
    public List<DateTimeOffset> Decided { get; set; } = [];

    /// <summary>When each of <see cref="Decided"/> was decided, by its end; those of before that was noted are not in it.</summary>
    public Dictionary<DateTimeOffset, DecisionNote> Notes { get; set; } = [];

    /// <summary>Decisions that do not count, until their windows are decided again.</summary>
    public List<VoidDecision> Void { get; set; } = [];

    /// <summary>Causes for which hours could not be seen of late, each until an hour is seen again.</summary>
    public List<NotSeenSeries> NotSeen { get; set; } = [];

    /// <summary>Decided, and perhaps not everything that follows from it is done.</summary>
    public WindowEvidence? Open { get; set; }

    /// <summary>The sight probes that were sent.</summary>
    public ProbeBook Probes { get; set; } = ProbeBook.Empty;

    /// <summary>Our own account's id, as long as it is not asked anew: without it our own requests would be somebody's.</summary>
    public long? OwnId { get; set; }

    /// <summary>What our own people were told about how the daemon is set up.</summary>
    public List<string> WarningsTold { get; set; } = [];

    /// <summary>What they were told about who else works or listens here.</summary>
    public List<string> SurroundingsTold { get; set; } = [];

    /// <summary>The reports of each month; null until the first decision of a version that counts them.</summary>
    public ReportCounts? Reports { get; set; }

    /// <summary>The first day that no summary was made of yet; null before the first start.</summary>
    public DateOnly? SummaryFrom { get; set; }

    /// <summary>Set when this memory came out of a backup; null otherwise.</summary>
    public RestoredFrom? Restored { get; set; }

    public void Close(WindowEvidence evidence)
    {
        Open = null;
        var end = evidence.Window.To;
        Void.RemoveAll(decision => decision.End == end);
        Decided.Add(end);
        Notes[end] = new DecisionNote(evidence.Window.From, evidence.DecidedAt, evidence.Finding?.Outcome, evidence.Replaces?.Number ?? 0);
        while (Decided.Count > MostEnds)
        {
            Notes.Remove(Decided[0]);
            Decided.RemoveAt(0);
        }
    }

    /// <summary>The evidence with what our own people are told of its cause; to be saved together with it.</summary>
    public WindowEvidence Counted(WindowEvidence evidence)
    {
        if (evidence.Finding is not { } finding)
            return evidence;
        var window = evidence.Window;
        if (finding.Outcome != Outcome.NotSeen)
        {
            // A part that was not seen is told of in the report, and says nothing of what hid the hours before; nor does a user who was
            // seen in spite of what hid them.
            if (evidence.Coverage?.IsComplete != true || finding.Cause is not null || NotSeen.Count == 0)
                return evidence;
            var over = NotSeen.ToList();
            NotSeen.Clear();
            return evidence with { SeenAgain = over };
        }

        var cause = finding.Cause ?? finding.Reason;
        var known = NotSeen.Find(series => series.Cause == cause);
        var isTold = known is not null && window.To - known.ToldOf < NotSeenSeries.Pause && window.To >= known.ToldOf;
        var series = new NotSeenSeries(
            cause, known?.Since ?? window.From, window.To, (known?.Hours ?? 0) + 1, isTold ? known!.ToldOf : window.To);
        NotSeen.RemoveAll(other => other.Cause == cause);
        NotSeen.Add(series);
        if (NotSeen.Count > MostCauses)
            NotSeen.RemoveAt(0);
        return evidence with { NotSeen = series };
    }

    /// <summary>
    /// The evidence with its place among the reports, if it is one; to be saved together with it. What a version that did not count has
    /// reported, or whoever guarded before, is not known: the count begins with what is decided now.
    /// </summary>
    public WindowEvidence Placed(WindowEvidence evidence, bool isReported, TimeZoneInfo zone)
    {
        var from = evidence.Window.From;
        if (Reports is null)
        {
            var began = Since > TakenOverAt ? Since : TakenOverAt;
            Reports = new ReportCounts(Decided.Count == 0 && began < from ? began : from, null, new Dictionary<string, int>());
        }

        if (!isReported)
            return evidence;
        var place = Reports.Next(evidence.Window, zone, Restored);
        Reports = Reports.With(place, from);
        return evidence with { Place = place };
    }

    /// <summary>It was decided too early: as if it never was.</summary>
    public void Strike(VoidDecision decision)
    {
        Decided.RemoveAll(end => end == decision.End);
        Notes.Remove(decision.End);
        Void.Add(decision);
        if (Void.Count > MostEnds) Void.RemoveAt(0);
    }

    /// <summary>The disk refused: as before <see cref="Strike"/>.</summary>
    public void Unstrike(
        IReadOnlyList<VoidDecision> struck,
        IEnumerable<DateTimeOffset> decided,
        IEnumerable<KeyValuePair<DateTimeOffset, DecisionNote>> notes)
    {
        Void.RemoveAll(struck.Contains);
        Decided.Clear();
        Decided.AddRange(decided);
        Notes.Clear();
        foreach (var (end, note) in notes)
            Notes[end] = note;
    }

    /// <summary>The store of it in a state directory.</summary>
    public static IStateStore<ComplianceState> In(string directory) =>
        new FileState<ComplianceState>(directory, ComplianceJson.Default.ComplianceState);
}

/// <summary>What is kept of a decision to tell whether it was made too early.</summary>
/// <param name="From">Where the window begins, or all those that are recorded as one.</param>
/// <param name="At">When it was made, by the clock of then.</param>
/// <param name="Outcome">Null: the window was not looked at, because by that clock it was too long ago.</param>
/// <param name="Before">So many decisions of the same window do not count.</param>
internal sealed record DecisionNote(DateTimeOffset From, DateTimeOffset At, Outcome? Outcome, int Before);

/// <summary>
/// How many reports there were of each month. Never changed but replaced: what the disk refuses is taken back as a whole.
/// </summary>
/// <param name="Since">From when they are counted.</param>
/// <param name="Last">When the hour of the newest report begins; null before the first.</param>
/// <param name="Months">Reports by month, <c>2026-11</c>.</param>
internal sealed record ReportCounts(DateTimeOffset Since, DateTimeOffset? Last, IReadOnlyDictionary<string, int> Months)
{
    /// <summary>More than any hour can be late.</summary>
    private const int MostMonths = 24;

    /// <param name="zone">By whose clock months begin.</param>
    /// <param name="restored">See <see cref="ComplianceState.Restored"/>.</param>
    public ReportPlace Next(Window window, TimeZoneInfo zone, RestoredFrom? restored)
    {
        var month = MonthOf(window.From, zone);
        return new ReportPlace(month, Months.GetValueOrDefault(month) + 1, Last)
        {
            Since = MonthOf(Since, zone) == month ? Since : null,
            Backup = restored is not null && string.CompareOrdinal(MonthOf(restored.BackupAt, zone), month) <= 0
                && string.CompareOrdinal(month, MonthOf(restored.At, zone)) <= 0 ? restored.BackupAt : null,
        };
    }

    /// <param name="begin">When the hour of that report begins.</param>
    public ReportCounts With(ReportPlace place, DateTimeOffset begin)
    {
        var months = new SortedDictionary<string, int>(Months.ToDictionary(), StringComparer.Ordinal);
        months[place.Month] = Math.Max(place.Number, months.GetValueOrDefault(place.Month));
        while (months.Count > MostMonths) months.Remove(months.Keys.First());
        return this with { Last = begin, Months = months };
    }

    private static string MonthOf(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ComplianceState))]
[JsonSerializable(typeof(WindowEvidence))]
internal sealed partial class ComplianceJson : JsonSerializerContext;
