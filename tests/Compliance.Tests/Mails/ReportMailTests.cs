using Athena.Common.GrafanaLog.Ranges;
using Athena.Common.Notify;
using Athena.Common.Time;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;

namespace Athena.Compliance.Tests.Mails;

internal sealed class ReportMailTests
{
    [Test]
    public void The_subject_says_what_was_found_and_when()
    {
        Assert.That(Write(Some.OnlyAdmins()).Subject, Is.EqualTo(
            "Athena compliance: only administrators active, 20 November 2026, 09:00–10:00 SAST"));
        Assert.That(Write(Some.Late(Some.InPart())).Subject, Is.EqualTo(
            "Athena compliance: only administrators seen in 56 of 60 minutes, 20 November 2026, 09:00–10:00 SAST (late)"));
    }

    [Test]
    public void Our_people_are_told_the_host_and_nobody_outside_is_and_each_company_has_the_name_that_is_set()
    {
        var writer = new LetterWriter(Some.Options with
        {
            Host = "grafana-1",
            Recipient = "Toezicht",
            Brand = new("Zorg", "Beheer BV", null, null) { SiteOwner = "Clinic South" },
        });
        var (report, ops) = (writer.Write(Some.OnlyAdmins()).Single(), writer.Write(Some.NotSeen).Single());
        Assert.Multiple(() =>
        {
            Assert.That(report.Text + report.Html, Does.Contain("Clinic South").And.Not.Contain("grafana-1"));
            Assert.That(ops.Text, Does.Contain("Clinic South").And.Contain("grafana-1").And.Contain("Toezicht"));
            Assert.That(
                report.Subject + report.Text + report.Html + ops.Subject + ops.Text + ops.Html,
                Does.Not.Contain("First2Lead").And.Not.Contain("Digital-On"));
        });
    }

    [Test]
    public void Says_of_a_part_just_that()
    {
        var mail = Write(Some.InPart());
        Assert.That(Flat(mail), Does.Contain("in the 56 of 60 minutes that are in the log")
            .And.Contain("09:12–09:16 SAST is missing: lines of the log were lost."));
        Assert.That(Flat(mail), Does.Not.Contain("The log of this time is complete"));
    }

    [Test]
    public void Comes_in_the_agreed_order()
    {
        var headings = MailPage.Parse(Write(Some.OnlyAdmins()).Html!).QuerySelectorAll("h1, h2").Select(heading => heading.TextContent);
        Assert.That(headings, Is.EqualTo(new[]
        {
            "Only administrators were active", "The administrators", "Dashboards opened or on screen", "The time, by five minutes",
            "How we count", "How this report was produced", "Questions?",
        }));
        var text = Flat(Write(Some.OnlyAdmins()));
        Assert.That(text.IndexOf("As agreed", StringComparison.Ordinal), Is.GreaterThan(text.IndexOf(
            "2 administrators were", StringComparison.Ordinal)).And.LessThan(text.IndexOf("Lindiwe", StringComparison.Ordinal)));
    }

    [Test]
    public void Names_nobody_who_is_no_administrator()
    {
        var mail = Write(Some.OnlyAdmins());
        foreach (var other in Some.OnlyAdmins().People.Where(person => person.Role != Role.Admin))
        {
            Assert.That(Flat(mail), Does.Not.Contain(other.Login).And.Not.Contain(other.Name));
            Assert.That(MailPage.Parse(mail.Html!).DocumentElement.TextContent, Does.Not.Contain(other.Login).And.Not.Contain(other.Name));
        }

        Assert.That(Flat(mail), Does.Contain("1 user with only a tab left open, 1 display on a wall, 1 service account.")
            .And.Not.Contain("stranger"));
    }

    [Test]
    public void Lists_a_tab_that_was_left_open_apart()
    {
        var text = Flat(Write(Some.OnlyAdmins()));
        Assert.That(text, Does.Contain("2 administrators were active").And.Contain("only a tab left open: thabo.admin."));
    }

    [Test]
    public void Every_report_says_when_the_account_is_shared([Values] bool isShared)
    {
        foreach (var evidence in (WindowEvidence[])[Some.OnlyAdmins(), Some.InPart(), Some.Nobody])
            Assert.That(
                Flat(Write(evidence with { IsAccountShared = isShared })).Contains("The account is shared", StringComparison.Ordinal),
                Is.EqualTo(isShared));
    }

    [Test]
    public void What_others_wrote_is_shown_and_does_nothing()
    {
        var mail = Write(Some.OnlyAdmins(Some.Hostile, Some.Johan));
        var page = MailPage.Parse(mail.Html!);
        MailPage.AssertIsAlone("hostile", mail.Html!);
        Assert.That(
            page.Body!.TextContent.Replace("\u200B", "", StringComparison.Ordinal),
            Does.Contain("</td></tr></table><script>alert(1)</script>").And.Contain("⟨U+000D⟩⟨U+000A⟩"));
        Assert.That(page.QuerySelectorAll("tr td b, tr td svg"), Is.Empty);
        foreach (var part in (string[])[mail.Text, page.Body.TextContent])
            Assert.That(part, Does.Not.Contain("evil.example").And.Not.Contain("\u202E").And.Not.Contain("0800123456789"));
    }

    [Test]
    public void Stays_small_however_much_was_opened()
    {
        var title = string.Concat(Enumerable.Repeat("<.é山&\u202E", 40));
        var busy = Some.Lindiwe with
        {
            Dashboards = [.. Enumerable.Range(0, 500).Select(i => new EvidenceDashboard($"uid{i}", title, title, 500 - i, true))],
        };
        var mail = Write(
            Some.InPart(
            [
                .. Enumerable.Range(0, 500)
                    .Select(i => new Gap(
                        Some.Hour.From.AddSeconds(7 * i),
                        Some.Hour.From.AddSeconds((7 * i) + 3),
                        GapCause.Dropped,
                        "journald dropped 3 lines")),
            ]) with
            {
                People = [.. Enumerable.Range(0, 30).Select(i => busy with { Id = i, Login = title, Name = title })],
            });
        Assert.That(MailPage.Bytes(mail), Is.LessThanOrEqualTo(ReportMail.MostBytes));
        Assert.That(Flat(mail), Does.Contain("opened most often of 500 are shown").And.Match("The first [0-9]+ of 30 are shown")
            .And.Contain("other spans"));
    }

    [Test]
    public void Shows_forty_dashboards_with_ordinary_titles()
    {
        var busy = Some.Lindiwe with
        {
            Dashboards =
            [
                .. Enumerable.Range(0, 500)
                    .Select(i => new EvidenceDashboard($"uid{i}", $"Dashboard of ward number {i}", "Wards", 500 - i, true)),
            ],
        };
        Assert.That(Flat(Write(Some.OnlyAdmins(busy, Some.Johan))), Does.Match("The (40|60) opened most often of 502 are shown"));
    }

    [Test]
    public void Ties_the_reports_of_a_local_day_together_and_of_no_two()
    {
        // 23:30 UTC is the next day in Johannesburg.
        var end = new DateTimeOffset(2026, 11, 20, 21, 30, 0, TimeSpan.Zero);
        var threads = ((int[])[0, 1, 2])
            .Select(hour => Write(Some.OnlyAdmins() with { Window = new Window(end.AddHours(hour - 1), end.AddHours(hour)) })).ToList();
        Assert.That(threads[0].Thread, Is.Not.EqualTo(threads[1].Thread));
        Assert.That(threads[1].Thread, Is.EqualTo(threads[2].Thread));
        Assert.That(threads.Select(mail => mail.Key), Is.Unique);
    }

    [Test]
    public void A_window_that_ends_at_midnight_bears_the_day_in_which_it_lies()
    {
        var end = new DateTimeOffset(2026, 11, 20, 22, 0, 0, TimeSpan.Zero);
        var mail = Write(Some.OnlyAdmins() with { Window = new Window(end.AddHours(-1), end) });
        Assert.That(mail.Subject, Does.EndWith("20 November 2026, 23:00–00:00 SAST"));
        Assert.That(Flat(mail), Does.Contain("20 November 2026").And.Not.Contain("21 November 2026"));
    }

    [Test]
    public void A_test_report_cannot_be_taken_for_a_real_one()
    {
        var mail = Write(Some.OnlyAdmins() with { IsInvented = true });
        Assert.That(mail.Subject, Does.StartWith("TEST"));
        Assert.That(Flat(mail), Does.Contain("TEST: invented data, not a report").And.Contain("AC-TEST")
            .And.Not.Contain("is kept and can be shown"));
        Assert.That(mail.Html, Does.Contain("TEST: invented data, not a report"));
        Assert.That(mail.Html, Does.Match(@"@media print \{\s+body::after \{ content:""TEST""; position:fixed;"), "on each page of paper");
        Assert.That(Flat(Write(Some.OnlyAdmins())), Does.Not.Contain("TEST"));
    }

    [Test]
    public void The_same_evidence_makes_the_same_mail()
    {
        var first = Write(Some.OnlyAdmins());
        Assert.That(Write(Some.OnlyAdmins()), Is.EqualTo(first).UsingPropertiesComparer());
    }

    private static Notification Write(WindowEvidence evidence) => new ReportMail(Some.Options).Write(evidence);

    private static string Flat(Notification mail) =>
        string.Join(
            ' ', mail.Text.Replace("\u200B", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
