using Athena.AutoDisable.Telemetry;
using Athena.Common.Grafana.Annotations;
using Athena.Common.State.Audit;

namespace Athena.AutoDisable.Tests;

/// <summary>Of what in the audit Grafana's dashboards are told.</summary>
internal sealed class LockNotesTests
{
    private const string At = "2026-11-21T06:00:00.000000+00:00";
    private static readonly DateTimeOffset Six = DateTimeOffset.Parse(At, System.Globalization.CultureInfo.InvariantCulture);

    [TestCase("locked", "locked 0.03 s after it was created", NoteKind.Locked)]
    [TestCase("import-locked", "was let in, and was locked", NoteKind.Locked)]
    [TestCase("approved", "approved", NoteKind.Approved)]
    [TestCase("approved-unseen", "found enabled, by whom could not be seen", NoteKind.Approved)]
    [TestCase("let-back", "is let in again after an import", NoteKind.Approved)]
    [TestCase("rejected", "rejected: stays locked", NoteKind.Rejected)]
    [TestCase("rejected", "rejected: deleted", NoteKind.Deleted)]
    [TestCase("rejected", "rejected: deleted in Grafana", NoteKind.Deleted)]
    [TestCase("undone", "the approval was taken back", NoteKind.Undone)]
    [TestCase("found-settled", "was found enabled; is accepted", NoteKind.FoundSettled)]
    [TestCase("intent", "to be locked", null)]
    [TestCase("mail", "accepted", null)]
    public void Locks_and_decisions_are_told(string name, string verdict, NoteKind? kind)
    {
        var note = LockNotes.Of(Record(name, verdict));
        Assert.That(note, Is.EqualTo(kind is { } told ? new AuditNote(told, "uid7", Six) : null));
    }

    [Test]
    public void A_drill_locks_nobody_who_waits() => Assert.That(LockNotes.Of(Record("locked", "locked", ("drill", "yes"))), Is.Null);

    [Test]
    public void A_decision_is_told_at_the_time_at_which_it_was_made() => Assert.That(
        LockNotes.Of(Record("approved", "approved", ("decidedAt", "2026-11-21T05:30:00.000+00:00")))?.At, Is.EqualTo(Six.AddMinutes(-30)));

    [Test]
    public void A_gap_is_a_span_as_far_as_its_ends_are_known()
    {
        Assert.That(
            LockNotes.Of(Record("log-gap", "", ("from", "2026-11-21T05:00:00.000+00:00"), ("to", "2026-11-21T05:30:00.000+00:00"))),
            Is.EqualTo(new AuditNote(NoteKind.LogGap, "uid7", Six.AddHours(-1), Six.AddMinutes(-30))));
        Assert.That(
            LockNotes.Of(Record("log-gap", "", ("from", "the beginning"), ("to", "now"))),
            Is.EqualTo(new AuditNote(NoteKind.LogGap, "uid7", Six, Six)));
    }

    [Test]
    public void Whose_facts_are_gone_is_told_all_the_same() =>
        Assert.That(LockNotes.Of(Record("log-gap", "").WithoutFacts())?.Kind, Is.EqualTo(NoteKind.LogGap));

    private static AuditRecord Record(string name, string verdict, params (string Name, string Value)[] facts) =>
        new(1, At, name, "uid7", verdict, "", facts.ToDictionary(fact => fact.Name, fact => fact.Value), "", "", "");
}
