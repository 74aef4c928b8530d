using Athena.Common.Notify;
using Athena.Compliance.CommandLine.Explain;
using Athena.Compliance.Evidence;
using Athena.Compliance.Notify.Mails;
using Athena.Compliance.Policy;
using Athena.Compliance.Summaries;
using Athena.Tests.Shared;

namespace Athena.Compliance.Tests.Mails;

/// <summary>
/// Everything that people see, compared whole with <c>docs/samples</c>, and what holds for all of it. After a change that is meant,
/// <c>make samples</c> writes them anew; look at them in a browser before they are committed.
/// </summary>
internal sealed class MailSampleTests
{
    /// <summary>A row a day, twice; Gmail cuts off what is longer than 102 KB.</summary>
    private const int MostOfAMonth = 90 * 1024;

    private static IEnumerable<(string Name, Notification Mail)> Mails()
    {
        foreach (var (name, evidence) in Windows())
            yield return (name, new LetterWriter(Some.Options).Write(evidence).Single());
        yield return ("compliance-warning", new OpsMail(Some.Options)
            .WriteWarnings(
                "admins",
                [
                    "User id 6 (<b>evil</b>) is a server admin in Grafana and not in ADMIN_USER_IDS: an hour in which they are active "
                    + "counts as in use and is not reported. Add the id, or take the right from them in Grafana.",
                ],
                Some.Hour.To));
        yield return ("compliance-summary-daily", new SummaryMail(Some.Options).Write(Some.Summary(new DateOnly(2026, 11, 20), 1)));
        yield return ("compliance-summary", new SummaryMail(Some.Options).Write(Some.Summary(new DateOnly(2026, 11, 13), 7)));
        yield return (
            "compliance-summary-monthly",
            new SummaryMail(Some.Options).Write(
                Some.Summary(new DateOnly(2026, 10, 1), 31), new AuditAttachment("audit-2026-10.jsonl", 512_000, [])));
    }

    private static IEnumerable<(string Name, WindowEvidence Evidence)> Windows()
    {
        yield return ("compliance-only-admins", Some.OnlyAdmins());
        yield return ("compliance-test", Some.OnlyAdmins() with { IsInvented = true, Place = null });
        yield return ("compliance-in-part", Some.InPart());
        yield return ("compliance-late", Some.Late(Some.InPart()));
        yield return ("compliance-shared-account", Some.OnlyAdmins(Some.Johan) with { IsAccountShared = true });
        yield return ("compliance-hostile", Some.OnlyAdmins(Some.Hostile, Some.Johan));
        yield return ("compliance-nobody", Some.Nobody);
        yield return ("compliance-not-seen", Some.NotSeen);
        yield return ("compliance-not-seen-unknown", Some.Late(Some.NotSeenUnknown));
    }

    private static IEnumerable<TestCaseData> Samples() =>
        Mails().Select(sample => new TestCaseData(sample.Name, sample.Mail).SetArgDisplayNames(sample.Name));

    private static Summary Autumn => Some.Summary(new DateOnly(2026, 10, 26), 14);

    private static ReportPage Page => new(Some.Options);

    [TestCaseSource(nameof(Samples))]
    public void Reads_as_its_sample(string name, object mail) => Sample.AssertIs(name, (Notification)mail);

    [Test]
    public void The_report_over_weeks_reads_as_its_sample()
    {
        Sample.AssertIs("compliance-report.html", Page.ToHtml(Autumn));
        Sample.AssertIs("compliance-report.txt", new SummaryMail(Some.Options).ToText(Autumn));
    }

    [Test]
    public void An_explanation_reads_as_its_sample()
    {
        var evidence = Some.InPart() with
        {
            People = [Some.Hostile, Some.Johan, Some.Idle, Some.Display, Some.Stranger],
            Warnings = ["id 4 of ADMIN_USER_IDS is no server admin in Grafana"],
        };
        Sample.AssertIs("compliance-explain.txt", new ExplainText(Some.Options.Zone).Of(
            evidence,
            [
                new DeliveryNote(
                    $"report/{evidence.Id}",
                    "lead@first2lead.example",
                    evidence.DecidedAt.AddSeconds(2),
                    "accepted by mail.example.org: 250 2.0.0 Ok: queued as 4B1\u001b[2J"),
            ]));
    }

    [TestCaseSource(nameof(Samples))]
    public void Has_a_contrast_that_everybody_can_read(string name, object mail)
    {
        Assert.That(
            Contrast.Worst(((Notification)mail).Html!, isDark: false).Ratio,
            Is.GreaterThanOrEqualTo(4.5),
            $"{name}: {Contrast.Worst(((Notification)mail).Html!, isDark: false)}");
        Assert.That(
            Contrast.Worst(((Notification)mail).Html!, isDark: true).Ratio,
            Is.GreaterThanOrEqualTo(4.5),
            $"{name}, dark: {Contrast.Worst(((Notification)mail).Html!, isDark: true)}");
    }

    [Test]
    public void The_report_over_weeks_has_a_contrast_that_everybody_can_read([Values] bool isDark) =>
        Assert.That(
            Contrast.Worst(Page.ToHtml(Autumn), isDark).Ratio,
            Is.GreaterThanOrEqualTo(4.5),
            Contrast.Worst(Page.ToHtml(Autumn), isDark).ToString());

    [TestCaseSource(nameof(Samples))]
    public void Loads_nothing_from_anywhere(string name, object mail) => MailPage.AssertIsAlone(name, ((Notification)mail).Html!);

    [Test]
    public void The_report_over_weeks_loads_nothing_from_anywhere() => MailPage.AssertIsAlone("report", Page.ToHtml(Autumn));

    [TestCaseSource(nameof(Samples))]
    public void Tells_in_text_every_word_of_the_page(string name, object mail)
    {
        var text = ((Notification)mail).Text.Replace("\u200B", "", StringComparison.Ordinal);
        Assert.That(
            MailPage.Words(((Notification)mail).Html!).Where(word => !text.Contains(word, StringComparison.Ordinal)), Is.Empty, name);
    }

    [TestCaseSource(nameof(Samples))]
    public void Fits_where_mails_are_cut_off(string name, object mail)
    {
        var most = name == "compliance-summary-monthly" ? MostOfAMonth : ReportMail.MostBytes;
        Assert.That(MailPage.Bytes((Notification)mail), Is.LessThanOrEqualTo(most), name);
        // Terminals and old readers show 80 columns; an address or a command to copy may be longer.
        Assert.That(
            ((Notification)mail)
                .Text.Split('\n')
                .Where(line =>
                    line.Replace("\u200B", "", StringComparison.Ordinal).Length > 79 && line.Contains(' ', StringComparison.Ordinal)
                        && !line.StartsWith("    python3 ", StringComparison.Ordinal)),
            Is.Empty,
            name);
    }

    [Test]
    public void Sends_a_report_only_for_what_the_rule_says([Values] Outcome outcome, [Values] bool reportsNobody)
    {
        var mails = new LetterWriter(Some.Options with { ReportsNobody = reportsNobody })
            .Write(Some.OnlyAdmins() with { Finding = new Finding(outcome, "why") });
        string[] expected = outcome switch
        {
            Outcome.OnlyAdmins or Outcome.OnlyAdminsInPart => ["lead@first2lead.example"],
            Outcome.Nobody when reportsNobody => ["lead@first2lead.example"],
            Outcome.NotSeen => ["ops@example.org"],
            _ => [],
        };
        Assert.That(mails.SelectMany(mail => mail.Recipients), Is.EqualTo(expected));
    }

    [Test]
    public void Nothing_is_sent_for_a_window_that_was_not_looked_at() =>
        Assert.That(new LetterWriter(Some.Options).Write(Some.OnlyAdmins() with { Finding = null, Coverage = null }), Is.Empty);
}
