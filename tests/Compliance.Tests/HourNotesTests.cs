using Athena.Common.Grafana.Annotations;
using Athena.Common.State.Audit;
using Athena.Compliance.Hourly;

namespace Athena.Compliance.Tests;

/// <summary>Of what in the audit Grafana's dashboards are told.</summary>
internal sealed class HourNotesTests
{
    private const string Id = "AC-20261120T0400Z";
    private static readonly DateTimeOffset End = new(2026, 11, 20, 4, 0, 0, TimeSpan.Zero);

    [Test]
    public void An_hour_that_was_not_seen_is_a_span_and_one_that_is_reported_owes_a_report()
    {
        var window = ("window", "2026-11-20T05:00:00+02:00/2026-11-20T06:00:00+02:00");
        Assert.Multiple(() =>
        {
            Assert.That(
                Of("window-decided", Id, "not-seen, late", window),
                Is.EqualTo(new AuditNote(NoteKind.HourNotSeen, Id, End.AddHours(-1), End)));
            Assert.That(Of("window-decided", Id, "not-looked-at", window)?.Kind, Is.EqualTo(NoteKind.HourNotSeen));
            Assert.That(
                Of("window-decided", Id, "only-admins, report 17 of 2026-11", window),
                Is.EqualTo(new AuditNote(NoteKind.ReportOwed, Id, End.AddMinutes(1))));
            Assert.That(Of("window-decided", Id, "in-use", window), Is.Null);
            Assert.That(Of("window-decided", Id, "only-admins", window), Is.Null, "no report follows from it");
        });
    }

    [Test]
    public void A_report_is_sent_once_a_server_took_it_and_other_mails_are_not_told_of()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Of("mail", Id, "accepted", ("key", $"report/{Id}")), Is.EqualTo(
                new AuditNote(NoteKind.ReportSent, Id, End.AddMinutes(1))));
            Assert.That(Of("mail", Id, "not yet", ("key", $"report/{Id}")), Is.Null);
            Assert.That(Of("mail", Id, "accepted", ("key", $"not-seen/{Id}")), Is.Null);
            Assert.That(Of("webhook", Id, "accepted", ("key", $"report/{Id}")), Is.Null);
        });
    }

    private static AuditNote? Of(string name, string @case, string verdict, params (string Name, string Value)[] facts) => HourNotes.Of(
        new AuditRecord(
            1, "2026-11-20T06:01:00.000000+02:00", name, @case, verdict, "", facts.ToDictionary(fact => fact.Name, fact => fact.Value),
            "", "", ""));
}
