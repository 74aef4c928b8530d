using Athena.Common.Notify.Channels;
using Athena.Common.State;
using Athena.Common.Telemetry;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Policy;
using Microsoft.Extensions.Logging;

namespace Athena.Compliance.Telemetry;

/// <summary>
/// What is said in the journal, and what became of mails in the audit, in one place. Decisions are audited by the ledger.
/// </summary>
/// <param name="counters">Counts what is in the metrics; null where nobody does.</param>
internal sealed class EventRecorder(IAuditLog audit, ZoneText zone, ILogger<EventRecorder> journal, HourCounters? counters = null)
{
    /// <summary>The audit's event for what became of a mail; its case is the report's id, or the mail's key.</summary>
    public const string MailEvent = "mail";

    public void Decided(WindowEvidence evidence)
    {
        counters?.Decided(evidence);
        var kind = evidence.Finding is not { } found
            ? ComplianceEvents.NotLookedAt
            : found.Outcome == Outcome.NotSeen ? ComplianceEvents.NotSeen : ComplianceEvents.Decided;
        var why = evidence.Finding?.Reason ?? "they ended longer than LOOK_BACK ago";
        var again = evidence.RestoredFrom is null
            ? ""
            : "; the state was restored from a backup, so it may have been decided and reported before";
        journal.Event(
            kind, $"{zone.Span(evidence.Window)}, {zone.Date(evidence.Window)}: {evidence.Verdict}; {why}{again}", @case: evidence.Id);
    }

    public void Delivery(DeliveryReport report)
    {
        if (report.IsMail) counters?.Delivered(report);
        audit.Append(new AuditEntry(report.IsMail ? MailEvent : report.Channel.ToLowerInvariant(), CaseOf(report.Key), report.Outcome,
            new Dictionary<string, string> { ["key"] = report.Key, ["to"] = report.Recipient, ["detail"] = report.Detail }));
        var isAccepted = report.Verdict == DeliveryVerdict.Accepted;
        journal.Event(
            report.IsMail
                ? isAccepted ? ComplianceEvents.MailAccepted : ComplianceEvents.MailTrouble
                : isAccepted ? ProgramEvents.Taken(report.Channel) : ProgramEvents.Trouble(report.Channel),
            $"{report.What}: {(isAccepted ? "" : report.Outcome + "; ")}{report.Detail}",
            @case: CaseOf(report.Key));
    }

    public void Warned(string warning)
    {
        audit.Append(new AuditEntry(
            "setup-warning", "setup", "something to put right", new Dictionary<string, string> { ["warning"] = warning }));
        journal.Event(ComplianceEvents.Setup, warning);
    }

    public void Mended(string warning)
    {
        audit.Append(new AuditEntry("setup-mended", "setup", "put right", new Dictionary<string, string> { ["warning"] = warning }));
        journal.Event(ComplianceEvents.SetupMended, warning);
    }

    public void UserDirectory(IReadOnlyList<string> problems)
    {
        if (problems.Count > 0)
            journal.Event(ComplianceEvents.UserDirectory, string.Join(' ', problems));
    }

    public void Trouble(string problem) => journal.Event(ComplianceEvents.StateTrouble, problem);

    public void Well() => journal.Event(ComplianceEvents.StateWell, "The state and the evidence are written again.");

    public void BeganAhead(DateTimeOffset noted) => journal.Event(ComplianceEvents.BeganAhead,
        $"The hours were noted as ours from {zone.ClockWithZone(noted)}, {zone.Date(noted)}, by a clock that was ahead and has been put "
        + "back since. They are ours from now on.");

    public void StruckOut(IReadOnlyList<VoidDecision> early) => journal.Event(ComplianceEvents.StruckOut,
        $"{early.Count} {(early.Count == 1 ? "hour was" : "hours were")} decided before {(early.Count == 1 ? "it was" : "they were")} "
        + $"over, by a clock that was ahead, and {(early.Count == 1 ? "is" : "are")} decided again: "
        + string.Join(", ", early.Select(decision => WindowEvidence.IdOf(decision.End))));

    public void MailTrouble(string sentence) => journal.Event(ComplianceEvents.MailTrouble, sentence);

    public void SetUp(ComplianceSettings settings)
    {
        if (settings.UsesMailTo)
            journal.Event(ComplianceEvents.MailToIsUsed, "The reports go to MAIL_TO, because REPORT_TO is not set. Set REPORT_TO.");
        if (settings.Grafana.IsAnonymous)
            journal.Event(ComplianceEvents.NoAccount,
                "No account in Grafana is set: no titles, no proof of service accounts; an hour can only be found in use or not seen.");
    }

    /// <summary><c>report/AC-…</c> and <c>not-seen/AC-…</c> belong to their window, other mails to themselves.</summary>
    private static string CaseOf(string key) =>
        key.Split('/') is [_, var id, ..] && WindowEvidence.EndOf(id) is not null ? id : key;
}
