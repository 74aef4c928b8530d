using System.Globalization;
using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify.Documents;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Notify.Mails;

/// <summary>Phrases that several mails share.</summary>
internal sealed class Wording(ZoneText zone)
{
    /// <summary>Beyond these the rest is counted: a log full of holes must not make a mail without end.</summary>
    private const int MostGaps = 12;

    private const int MostNotes = 8;

    /// <summary><c>20 November 2026, 10:00 SAST</c></summary>
    public string Time(DateTimeOffset at) => zone.DateAndClock(at);

    /// <summary><c>20 November 2026, 09:00–10:00 SAST</c></summary>
    public string Hour(Window window) => $"{zone.Date(window)}, {zone.Span(window)}";

    /// <summary>The number by which people ask.</summary>
    public string NumberOf(WindowEvidence evidence) => ReportNumber.Of(evidence, zone.Zone);

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Counted(long count, string one, string? many = null) =>
        $"{Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>
    /// <c>report 17 of November 2026; the one before: AC-2026-11-19T1500+0200</c>; null where it was not counted.
    /// </summary>
    public string? PlaceOf(WindowEvidence evidence)
    {
        if (evidence.Place is not { } place)
            return null;
        var since = place.Since is { } begin ? $", numbered since {zone.Date(begin)}" : "";
        var backup = place.Backup is { } at ? $", counted on from a backup of {Time(at)}" : "";
        var before = place.Before is { } hour ? $"; the one before: {ReportNumber.Of(hour, zone.Zone)}" : "; none before it is known";
        return place.Said + since + backup + before;
    }

    /// <summary>Before the subject of a mail about invented people.</summary>
    public static string TestMark(WindowEvidence evidence) => evidence.IsInvented ? "TEST: " : "";

    /// <summary>Behind a subject: that it is late, and that it may be the second one about its hour.</summary>
    public static string Marks(WindowEvidence evidence) => (evidence.IsLate, evidence.RestoredFrom is not null) switch
    {
        (true, true) => " (late, perhaps again)",
        (true, false) => " (late)",
        (false, true) => " (perhaps again)",
        (false, false) => "",
    };

    /// <summary>
    /// After a restore: what was sent since the backup nobody here knows, and an hour must neither be passed over nor told twice in
    /// silence.
    /// </summary>
    public IEnumerable<MailBlock> PerhapsAgain(WindowEvidence evidence)
    {
        if (evidence.RestoredFrom is not { } backup)
            yield break;
        yield return new MailBlock.Paragraph(Phrase.Of(
            $"You may have a mail about this hour already. The service was restored from a backup of {Time(backup)}, and "
            + $"what it sent after that is not known to it. A mail with the same number, {NumberOf(evidence)}, tells of the same hour; it "
            + "was written when the log was fresh, and counts where the two differ."));
    }

    /// <summary>The clock was ahead when this hour was first decided.</summary>
    public IEnumerable<MailBlock> Replaced(WindowEvidence evidence)
    {
        if (evidence.Replaces is { } struck)
            yield return new MailBlock.Paragraph(Phrase.Of(
                $"This replaces whatever came before under the number {NumberOf(evidence)}: that was decided on {Time(struck.At)} by a "
                + "clock that was ahead, before its hour was over, and is void."));
    }

    /// <summary><c>56 of 60 minutes</c>; a minute that was seen in part counts as not seen.</summary>
    public static string Seen(WindowEvidence evidence)
    {
        var minutes = (int)Math.Round(evidence.Window.Length.TotalMinutes);
        var seen = Enumerable.Range(0, minutes).Count(minute =>
        {
            var from = evidence.Window.From.AddMinutes(minute);
            return !evidence.Coverage!.Gaps.Any(gap => gap.From < from.AddMinutes(1) && gap.To > from);
        });
        return string.Create(CultureInfo.InvariantCulture, $"{seen} of {minutes} minutes");
    }

    /// <summary>A sentence for each gap: <c>09:12–09:16 SAST is missing: lines of the log were lost.</c></summary>
    /// <param name="why">What is said of the cause: to other companies nothing of how our servers are built.</param>
    public string NotSeen(WindowEvidence evidence, Func<Gap, string> why, int most = MostGaps)
    {
        var gaps = evidence.Coverage!.Gaps;
        var sentences = gaps.Take(most).Select(gap => $"{Span(gap)} is missing: {why(gap)}.");
        return string.Join(
            ' ',
            gaps.Count > most ? sentences.Append($"So is {Counted(gaps.Count - most, "other span", "other spans")}.") : sentences);
    }

    /// <summary>What whoever gets a report can hold against it: nothing of where the log lies or of versions.</summary>
    public List<(string Name, Phrase Value)> HowProduced(WindowEvidence evidence)
    {
        var coverage = evidence.Coverage!;
        List<(string, Phrase)> facts =
        [
            ("Source", Phrase.Of($"Grafana's log of every request, {Counted(coverage.LinesRead, "line")} of this time")),
            ("Complete", Phrase.Of(
                coverage.IsComplete ? "yes" : $"{Seen(evidence)}. {NotSeen(evidence, gap => Words.Of(gap.Cause))}")),
        ];
        if (evidence.Probes is { } probes)
            facts.Add(("Test requests", Phrase.Of(Tested(probes))));
        facts.Add(("Made", Phrase.Of(Time(evidence.DecidedAt))));
        facts.Add(("Report", Phrase.Of(PlaceOf(evidence) is { } place ? $"{NumberOf(evidence)}, {place}" : NumberOf(evidence))));
        AddAudit(facts, evidence);
        return facts;
    }

    public string Span(Gap gap) => zone.Span(new Window(gap.From, gap.To));

    public List<(string Name, Phrase Value)> HowFound(WindowEvidence evidence)
    {
        var coverage = evidence.Coverage!;
        List<(string, Phrase)> facts =
        [
            ("Source", Phrase.Of($"Grafana's request log, {evidence.Source}")),
            ("Lines read", Phrase.Of(
                Number(coverage.LinesRead)
                + (coverage.LinesNotUnderstood > 0 ? $", and {Number(coverage.LinesNotUnderstood)} not understood" : ""))),
            ("Seen", Phrase.Of(coverage.IsComplete ? "all of it" : $"{Seen(evidence)}. {NotSeen(evidence, gap => gap.Why)}")),
        ];
        if (evidence.Probes is { } probes)
            facts.Add(("Test requests", Phrase.Of(Tested(probes))));
        if (evidence.OwnRequests is > 0 and var own)
            facts.Add(("Left out", Phrase.Of($"{Counted(own, "request")} of this service and its sisters")));
        facts.AddRange(coverage.Notes.Take(MostNotes).Select(note => ("Note", Phrase.Of(note))));
        if (coverage.Notes.Count > MostNotes)
            facts.Add(("Note", Phrase.Of($"and {Counted(coverage.Notes.Count - MostNotes, "other note")}")));
        if (evidence.GrafanaVersion is { } grafana)
            facts.Add(("Grafana", Phrase.Of(Stranger.Detail(grafana, 40))));
        facts.Add(
            ("Decided", Phrase.Of(
                Time(evidence.DecidedAt) + (evidence.DecidedBy is { } version ? $", by grafana-compliance {version}" : ""))));
        facts.Add(("Report", Phrase.Of(NumberOf(evidence))));
        AddAudit(facts, evidence);
        return facts;
    }

    private static void AddAudit(List<(string, Phrase)> facts, WindowEvidence evidence)
    {
        if (evidence.AuditHead is { } head)
            facts.Add(
                ("Audit", Phrase.Of(
                    $"line {Number(head.Seq)}. Whoever keeps this mail can prove with the line's hash that the audit up to there was not "
                    + $"changed: {head.Hash}")));
    }

    private static string Tested(ProbeTally probes) => (probes.Found, probes.Lost) switch
    {
        (0, 0) => "none in this time",
        ( > 0, 0) => $"{Number(probes.Found)} made, all of them in the log",
        _ => $"{Number(probes.Found + probes.Lost)} made, {Number(probes.Lost)} of them missing from the log",
    };
}
