using System.Globalization;
using Athena.Common.Logs.Windows;
using Athena.Common.Notifications.Documents;
using Athena.Common.Time;
using Athena.Compliance.Evidence;

namespace Athena.Compliance.Mails;

/// <summary>Phrases that several mails share.</summary>
internal sealed class Wording(ZoneText zone)
{
    public static Phrase Said(Phrase words) => words;

    /// <summary><c>20 November 2026, 10:00 SAST</c></summary>
    public string Time(DateTimeOffset at) => $"{zone.Date(at)}, {zone.ClockWithZone(at)}";

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

    /// <summary>A sentence for each gap: <c>09:12–09:16 SAST could not be seen: journald dropped 112 lines.</c></summary>
    public string NotSeen(WindowEvidence evidence) =>
        string.Join(' ', evidence.Coverage!.Gaps.Select(gap => $"{Span(gap)} could not be seen: {gap.Why}."));

    public List<(string Name, Phrase Value)> HowFound(WindowEvidence evidence)
    {
        var coverage = evidence.Coverage!;
        List<(string, Phrase)> facts =
        [
            ("Source", Phrase.Of($"Grafana's request log, {evidence.Source}")),
            ("Lines read", Said($"{coverage.LinesRead}{(coverage.LinesNotUnderstood > 0 ? $", {coverage.LinesNotUnderstood.ToString(CultureInfo.InvariantCulture)} not understood" : "")}")),
            ("Seen", Phrase.Of(coverage.IsComplete ? "all of it" : NotSeen(evidence))),
        ];
        facts.AddRange(coverage.Notes.Select(note => ("Note", Phrase.Of(note))));
        if (evidence.GrafanaVersion is { } version)
            facts.Add(("Grafana", Phrase.Of(new Stranger(version))));
        facts.Add(("Decided", Phrase.Of(Time(evidence.DecidedAt))));
        facts.Add(("Report", Phrase.Of(evidence.Id)));
        if (evidence.AuditHead is { } head)
            facts.Add(("Audit", Phrase.Of($"line {head.Seq.ToString(CultureInfo.InvariantCulture)}, {head.Hash}. Whoever keeps this mail can prove that the audit up to this line was not changed")));
        return facts;
    }

    private string Span(Gap gap) => zone.Span(new Window(gap.From, gap.To));
}
