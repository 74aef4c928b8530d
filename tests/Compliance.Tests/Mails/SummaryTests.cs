using Athena.Compliance.CommandLine.Explain;
using Athena.Compliance.Policy;
using Athena.Compliance.Summaries;

namespace Athena.Compliance.Tests.Mails;

internal sealed class SummaryTests
{
    private static Summary Week => Some.Summary(new DateOnly(2026, 11, 13), 7);

    [Test]
    public void A_verdict_of_the_audit_is_read_back([Values] Outcome outcome, [Values] bool isLate)
    {
        var evidence = Some.OnlyAdmins() with { Finding = new Finding(outcome, "why"), IsLate = isLate, Place = null };
        Assert.That(HourCell.Of(evidence.Verdict), Is.EqualTo(new HourCell(Enum.Parse<HourState>(outcome.ToString()), isLate)));
    }

    [Test]
    public void A_report_s_number_is_read_back_from_the_verdict([Values] bool isLate, [Values] bool isRestored)
    {
        var evidence = Some.OnlyAdmins() with { IsLate = isLate, RestoredFrom = isRestored ? Some.Hour.From : null };
        Assert.That(evidence.Verdict, Does.StartWith("only-admins, report 17 of 2026-11"));
        Assert.That(HourCell.Of(evidence.Verdict), Is.EqualTo(new HourCell(HourState.OnlyAdmins, isLate, 17)));
    }

    [Test]
    public void A_window_that_was_not_looked_at_is_read_back_and_a_strange_word_is_no_record()
    {
        Assert.That(
            HourCell.Of((Some.Late(Some.OnlyAdmins()) with { Finding = null, Place = null }).Verdict),
            Is.EqualTo(new HourCell(HourState.NotLookedAt, true)));
        Assert.That(HourCell.Of("<b>").State, Is.EqualTo(HourState.NoRecord));
    }

    [Test]
    public void The_states_of_a_summary_add_up_to_the_hours_that_were_due()
    {
        var states = Enum.GetValues<HourState>().Where(state => state != HourState.NotDue);
        Assert.That(states.Sum(Week.Count), Is.EqualTo(Week.Due).And.EqualTo((7 * 13) - Week.Count(HourState.NotDue)));
    }

    [Test]
    public void No_two_states_look_the_same()
    {
        var marks = Enum.GetValues<HourState>().Where(state => state != HourState.NotDue)
            .SelectMany(state => (HourCell[])[new HourCell(state), new HourCell(state, true)])
            .Where(cell => cell is not { IsLate: true, State: HourState.NotLookedAt or HourState.NoRecord })
            .Select(cell => SummaryMarks.Of(cell)!.Sign);
        Assert.That(marks, Is.Unique);
        Assert.That(SummaryMarks.Of(new HourCell(HourState.NotDue)), Is.Null);
    }

    [Test]
    public void Totals_are_a_sentence()
    {
        var text = new SummaryText(Some.Options.Brand, Some.Options.Zone, reportsNobody: false);
        Assert.That(text.Totals(Week), Does.StartWith("13–19 November 2026, 88 hours of Athena: ")
            .And.Contain("1 was not looked at and 1 has no record. 3 were decided late."));
        Assert.That(
            text.Totals(Week with { Days = [new SummaryDay(new DateOnly(2026, 11, 13), [new HourCell(HourState.NotDue)])] }),
            Is.EqualTo("13 November 2026: no hour was due."));
        Assert.That(text.Check(Week), Does.Contain(
            $"marked A or P, small letters too: {Week.Count(HourState.OnlyAdmins) + Week.Count(HourState.OnlyAdminsInPart)} in all"));
    }

    [TestCase("2026-11-28", 7, "28 November – 4 December 2026")]
    [TestCase("2026-12-28", 7, "28 December 2026 – 3 January 2027")]
    [TestCase("2026-11-20", 1, "20 November 2026")]
    public void A_range_is_written_as_short_as_it_can_be(string from, int days, string expected) =>
        Assert.That(
            SummaryText.Range(Some.Summary(DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture), days)),
            Is.EqualTo(expected));

    [Test]
    public void An_explanation_says_which_of_the_two_is_kept()
    {
        var explain = new ExplainText(Some.Options.Zone);
        Assert.That(explain.Of(Some.OnlyAdmins(), []), Does.Contain("the whole evidence").And.Contain("naledi@example.org"));
        var verdict = explain.Of(new VerdictRecord("AC-20260101T0800Z", Some.Hour.To, "only-admins, late", 77));
        Assert.That(verdict, Does.Contain("the verdict alone").And.Contain("only administrators, decided late").And.Contain("line 77"));
        Assert.That(explain.Of(Some.OnlyAdmins() with { Finding = null, Coverage = null, People = [] }, []), Does.Contain("not looked at"));
        Assert.That(ExplainText.OfNothing("AC-\u001b[2J"), Does.Contain("⟨U+001B⟩"));
    }

    [Test]
    public void An_explanation_cannot_steer_the_terminal()
    {
        var text = new ExplainText(Some.Options.Zone).Of(
            Some.OnlyAdmins(Some.Hostile with { Login = "\u001b]0;x\u0007" }),
            [new DeliveryNote("report/1", "lead@example.org", Some.Hour.To, "250 \u001b[2J\r\nOutcome: in use")]);
        Assert.That(text.Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
        Assert.That(text.Split('\n').Where(line => line.StartsWith("Outcome", StringComparison.Ordinal)), Has.Exactly(1).Items);
    }
}
