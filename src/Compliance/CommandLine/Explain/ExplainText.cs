using System.Text;
using Athena.Common.Grafana.Usage;
using Athena.Common.Text;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;
using Athena.Compliance.Summaries;

namespace Athena.Compliance.CommandLine.Explain;

/// <summary>
/// Why there was a mail at ten and none at eleven, for a terminal. It is for our own people and names everybody; what they typed is shown
/// and cannot steer the terminal.
/// </summary>
internal sealed class ExplainText(ZoneText zone)
{
    private const int LongestText = 200;

    private readonly Wording wording = new(zone);

    /// <param name="deliveries">Of all mails of this window, empty when none was due; null for a trial, of which nothing is kept and
    /// nothing sent.</param>
    public string Of(WindowEvidence evidence, IReadOnlyList<DeliveryNote>? deliveries)
    {
        var text = new StringBuilder();
        Line(text, $"{wording.NumberOf(evidence)}: {wording.Hour(evidence.Window)}");
        if (!evidence.IsInvented) Line(text, $"In the audit and in files: {evidence.Id}");
        Line(text, deliveries is null ? "A trial: nothing of it is kept, nothing is sent." : "What is kept: the whole evidence.");
        text.Append('\n');
        Line(text, evidence.Finding is { } finding ? $"Outcome:  {Words.Of(finding.Outcome)}" : "Outcome:  not looked at");
        Line(text, $"Because:  {Shown(evidence.Finding?.Reason ?? "it ended longer ago than LOOK_BACK when the daemon came to it")}");
        if (evidence.Finding?.Proof is { } proof)
            Line(text, $"Proof:    {Words.Of(proof)}");
        Line(text,
            $"Decided:  {wording.Time(evidence.DecidedAt)}{(evidence.IsLate ? ", late" : "")}"
            + $"{(evidence.DecidedBy is { } version ? $", by version {version}" : "")}");
        if (wording.PlaceOf(evidence) is { } place)
            Line(text, $"Mailed:   {place}");
        if (evidence.RestoredFrom is { } backup)
            Line(text,
                $"Restored: the state is of a backup of {wording.Time(backup)}, so this hour may have been decided and reported before");
        if (evidence.IsAccountShared)
            Line(text, "Account:  shared: the daemons sign in as an administrator; only their own requests were left out");
        AppendSight(text, evidence);
        AppendPeople(text, evidence);
        if (evidence.Warnings.Count > 0)
            Heading(text, "To put right");
        foreach (var warning in evidence.Warnings)
            Line(text, $"  {Shown(warning)}");
        if (deliveries is not null)
            AppendMails(text, evidence, deliveries);
        return text.ToString();
    }

    /// <summary>When only the verdict is left.</summary>
    public string Of(VerdictRecord record)
    {
        var text = new StringBuilder();
        var cell = HourCell.Of(record.Verdict);
        Line(text, record.Id);
        Line(text, "What is kept: the verdict alone. The evidence, with the names in it, is no longer kept.");
        text.Append('\n');
        Line(text,
            $"Outcome:  {(SummaryMarks.Of(cell) is { } mark && cell.State != HourState.NoRecord ? mark.Words : Shown(record.Verdict))}");
        Line(text, $"Decided:  {wording.Time(record.DecidedAt)}");
        if (ReportPlace.Of(record.Verdict) is { } place)
            Line(text, $"Mailed:   {place.Said}");
        Line(text, $"Audit:    line {Wording.Number(record.AuditLine)}");
        return text.ToString();
    }

    /// <summary>When there is nothing at all.</summary>
    public static string OfNothing(string id) =>
        $"{Shown(id)}\nNothing is kept about it: no window of this service ended then, or it was before the installation, or VERDICT_KEEP "
        + "is over.\n";

    private void AppendSight(StringBuilder text, WindowEvidence evidence)
    {
        if (evidence.Coverage is not { } coverage)
            return;
        Heading(text, "What could be seen");
        foreach (var gap in coverage.Gaps)
            Line(text, $"  {wording.Span(gap)}: not seen, {Shown(gap.Why)}");
        foreach (var (name, value) in wording.HowFound(evidence)
            .Where(fact => fact.Name is not ("Note" or "Report" or "Decided" or "Seen" or "Audit")))
            Line(text, $"  {name}: {value.Text.Replace("\u200B", "", StringComparison.Ordinal)}");
        if (evidence.AuditHead is { } head)
            Line(text, $"  Audit before this decision: line {Wording.Number(head.Seq)}, {head.Hash}");
        Line(text, $"  Seen: {(coverage.IsComplete ? "all of it" : Wording.Seen(evidence))}");
        foreach (var note in coverage.Notes)
            Line(text, $"  Note: {Shown(note)}");
    }

    private void AppendPeople(StringBuilder text, WindowEvidence evidence)
    {
        Heading(text, "Who was in the log");
        if (evidence.People.Count == 0)
            Line(text, "  nobody");
        if (evidence.Visitors is { } visitors)
            Line(text, $"  {visitors.Said}");
        foreach (var person in evidence.People.OrderBy(person => person.Role).ThenByDescending(person => person.Requests))
        {
            var name = person.Name is { Length: > 0 } full && full != person.Login ? $" ({Shown(full)})" : "";
            Line(text,
                $"  {Shown(person.Login)}{name}, id {Wording.Number(person.Id)}: "
                + $"{Words.Of(person.Role)}{(person.Doubt is { } doubt ? $" ({Words.Of(doubt)})" : "")}, {Words.Of(person.Proof)}, "
                + $"{Wording.Counted(person.Requests, "request")}, "
                + $"{zone.Clock(person.FirstSeen)}–{zone.Clock(person.LastSeen)}"
                + $"{(person.Proof <= ActivityProof.RendererOnly ? ", no work" : "")}");
            foreach (var board in person.Dashboards)
                Line(text,
                    $"    {(board.Title is { Length: > 0 } title ? Shown(title) : "no title")} "
                    + $"[{Shown(board.Uid)}]{(board.Folder is { Length: > 0 } folder ? $" in {Shown(folder)}" : "")}: "
                    + $"{(board.Opens > 0 ? "opened " + Wording.Counted(board.Opens, "time") : "on screen")}");
        }
    }

    private void AppendMails(StringBuilder text, WindowEvidence evidence, IReadOnlyList<DeliveryNote> deliveries)
    {
        Heading(text, "Mails");
        if (deliveries.Count == 0)
            Line(text, evidence.Finding?.Outcome switch
            {
                Outcome.InUse or null => "  none: this outcome is silent",
                Outcome.Nobody or Outcome.VisitorsOnly => "  none: this outcome is silent unless REPORT_NOBODY says otherwise",
                Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart or Outcome.NotSeen => "  none is noted: it may still wait, see status",
            });
        foreach (var note in deliveries)
            Line(text, $"  {Shown(note.Mail)} to {Shown(note.Recipient)}: {Shown(note.Words)}, {wording.Time(note.At)}");
    }

    private static void Heading(StringBuilder text, string words) => text.Append('\n').Append(words).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    private static string Shown(string value) => UntrustedText.Visible(value, LongestText);
}

/// <summary>What became of a mail for one of its recipients.</summary>
/// <param name="Mail">The mail's key: <c>report/AC-20261120T0800Z</c>.</param>
/// <param name="Words"><c>accepted by mail.example.org: 250 2.0.0 Ok</c>. The server's words are hostile text.</param>
internal sealed record DeliveryNote(string Mail, string Recipient, DateTimeOffset At, string Words);

/// <summary>What is left of a decision when its evidence is no longer kept.</summary>
/// <param name="Id">The report's id.</param>
/// <param name="Verdict">As in the audit: <c>only-admins, late</c>.</param>
/// <param name="AuditLine">The line's number in the audit.</param>
internal sealed record VerdictRecord(string Id, DateTimeOffset DecidedAt, string Verdict, long AuditLine);
