using Athena.Common.GrafanaLog.Ranges;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Tests.Mails;

/// <summary>
/// An hour that a clock that was ahead had decided, and perhaps reported: what First2Lead is told when it is decided again.
/// </summary>
internal sealed class ReplacedReportTests
{
    [TestCase(Outcome.OnlyAdmins, Outcome.OnlyAdmins, "report")]
    [TestCase(Outcome.OnlyAdmins, Outcome.InUse, "report-void")]
    [TestCase(Outcome.OnlyAdminsInPart, Outcome.InUse, "report-void")]
    [TestCase(Outcome.OnlyAdmins, Outcome.NotSeen, "report-void not-seen")]
    [TestCase(Outcome.Nobody, Outcome.InUse, "report-void", Description = "REPORT_NOBODY")]
    [TestCase(Outcome.NotSeen, Outcome.OnlyAdmins, "report")]
    [TestCase(Outcome.NotSeen, Outcome.InUse, "")]
    [TestCase(null, Outcome.InUse, "")]
    public void A_report_is_replaced_or_taken_back_and_what_was_none_is_not(Outcome? was, Outcome now, string mails)
    {
        var letters = new LetterWriter(Some.Options).Write(Again(was, now));
        Assert.That(string.Join(' ', letters.Select(mail => mail.Key.Split('/')[0])), Is.EqualTo(mails));
        Assert.That(letters.Select(mail => mail.Key), Is.All.EndsWith("-1"), "apart from the first one's");
    }

    [Test]
    public void It_says_why_and_names_the_report()
    {
        var again = new LetterWriter(Some.Options).Write(Again(Outcome.OnlyAdmins, Outcome.OnlyAdmins)).Single();
        var taken = new LetterWriter(Some.Options).Write(Again(Outcome.OnlyAdmins, Outcome.InUse)).Single();
        Assert.Multiple(() =>
        {
            Assert.That(again.Text, Does.Contain("a clock that was ahead"));
            Assert.That(taken.Subject, Does.Contain("is void").And.Contain("AC-2026-11-20T0900+0200"));
            Assert.That(taken.Text!.ReplaceLineEndings(" "), Does.Contain("by a clock that was ahead").And.Contain("no report is due"));
            Assert.That(taken.Recipients, Is.EqualTo(Some.Options.To));
        });
    }

    private static WindowEvidence Again(Outcome? was, Outcome now) => new(
        Some.Hour, Some.Hour.To.AddSeconds(20), false, new Finding(now, "why"), new Coverage(Some.Hour, [], [], 100, 0), [Some.Lindiwe],
        [], "file:x", "12.4.0", null)
    {
        Replaces = new VoidDecision(Some.Hour.From, Some.Hour.To, Some.Hour.To.AddHours(1), was, 1),
    };
}
