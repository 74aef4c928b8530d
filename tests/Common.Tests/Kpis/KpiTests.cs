using Athena.Common.Kpis;
using Athena.Common.Settings;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.Common.Tests.Kpis;

/// <summary>Key figures are held against their targets by what is known, and nothing unknown counts as well.</summary>
internal sealed class KpiTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg");
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [TestCase(1000, 1000, 43_200, 43_200, true, "100 %")]
    [TestCase(999, 1000, 43_200, 43_200, true, "99.9 %")]
    [TestCase(994, 1000, 43_200, 43_200, false, "99.4 %")]
    [TestCase(1000, 1000, 43_199, 43_200, true, "at least 99.99 %", Description = "never a hundred where a minute is unknown")]
    [TestCase(1000, 1000, 40_000, 43_200, null, "at least 92.59 %")]
    [TestCase(500, 1000, 40_000, 43_200, false, "at least 46.29 %", Description = "the rest cannot make it good")]
    [TestCase(0, 0, 0, 43_200, null, "not known")]
    public void A_share(double good, double all, long known, long of, bool? isMet, string words)
    {
        var kpi = KpiKinds.Availability.Share(good, all, known, of, 99.5);
        Assert.That((kpi.IsMet, kpi.ValueWords(), kpi.Known, kpi.Of), Is.EqualTo((isMet, words, known, of)));
    }

    [TestCase(0, 10, 10, true, "0")]
    [TestCase(0, 9, 10, null, "none in what is known")]
    [TestCase(2, 9, 10, false, "2")]
    [TestCase(0, 0, 10, null, "not known")]
    public void A_number_of_what_should_not_be(long found, long known, long of, bool? isMet, string words)
    {
        var kpi = KpiKinds.StrangersAnswered.None(found, known, of);
        Assert.That((kpi.IsMet, kpi.ValueWords()), Is.EqualTo((isMet, words)));
    }

    [TestCase(10, "10 minutes of 30 days known")]
    [TestCase(23 * 60, "23 hours of 30 days known")]
    [TestCase(24 * 60, null)]
    [TestCase(31 * 24 * 60, null, Description = "it was there before the span")]
    public void On_its_first_day_a_daemon_s_figures_are_neither_met_nor_missed(int minutes, string? known)
    {
        var span = new Window(Now.AddDays(-30), Now);
        AuditRecord[] audit = [new(1, Now.AddMinutes(-minutes).ToString("O"), "x", "", "", null, null, "", "", "")];
        var kpis = ((IReadOnlyList<Kpi>)[KpiKinds.DataLoss.None(1, 10, 10), KpiKinds.HoursDecided.Share(1, 1, 1, 1, 100)])
            .NotTooEarly(audit, span);
        Assert.That(
            kpis.Select(kpi => (kpi.IsMet, kpi.Verdict)),
            Is.EqualTo(known is null
                ? [((bool?)false, "NOT MET"), (true, "met")]
                : ((bool?, string)[])[(null, "too early to tell"), (null, "too early to tell")]));
        Assert.That(kpis[0].KnownWords(), Is.EqualTo(known ?? "10 of 10 minutes known"));

        var part = new KpiPart(1, "grafana-compliance", span.From, Now, Now, kpis);
        var report = KpiReport.Of(
            span.From, Now, Zone, new Dictionary<string, KpiPart> { [part.Daemon] = KpiPart.Parse(part.ToJson())! }, _ => "");
        Assert.That(KpiDocument.ToText(report, new("Athena", "x", null, null)), Does.Contain(
            known is null ? "1 of 10 targets are met, 1 is not; of 8" : "0 of 10 targets are met; of 2 it is too early to tell; of 8"));
    }

    [TestCase(null, null, null, "2026-11-01T00:00:00+02:00", "2026-11-30T14:00:00+02:00")]
    [TestCase("1d", null, null, "2026-11-30T00:00:00+02:00", "2026-11-30T14:00:00+02:00")]
    [TestCase(null, "2026-10-01", "2026-11-01", "2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+02:00")]
    [TestCase(null, "2026-11-29", "2027-01-01", "2026-11-29T00:00:00+02:00", "2026-11-30T14:00:00+02:00")]
    public void A_span_is_of_whole_days_up_to_now(string? last, string? from, string? to, string begin, string end)
    {
        var span = KpiSpan.Parse(last, from, to, Zone, Now);
        Assert.That((span.From, span.To), Is.EqualTo((DateTimeOffset.Parse(begin), DateTimeOffset.Parse(end))));
    }

    [TestCase("30", null, null)]
    [TestCase("12h", null, null)]
    [TestCase("0d", null, null)]
    [TestCase("398d", null, null)]
    [TestCase("2d", "2026-11-01", null)]
    [TestCase(null, null, "2026-11-01")]
    [TestCase(null, "2026-11-01T06:00", null)]
    [TestCase(null, "2026-11-02", "2026-11-02")]
    [TestCase(null, "yesterday", null)]
    public void What_is_no_span_is_refused_with_a_sentence(string? last, string? from, string? to) =>
        Assert.That(() => KpiSpan.Parse(last, from, to, Zone, Now), Throws.TypeOf<UsageException>());

    [Test]
    public void A_part_is_read_as_it_was_written_and_made_visible()
    {
        var part = new KpiPart(1, "grafana-active-users", Now.AddDays(-1), Now, Now,
        [
            KpiKinds.DashboardLoad.Share(9, 10, 10, 10, 95) with { How = "a\u202Eb", Parts = [new KpiPartRow("ward\n", "1 s")] },
        ]);
        var read = KpiPart.Parse(part.ToJson())!;
        Assert.That(read.Kpis.Single() with { Parts = [] }, Is.EqualTo(part.Kpis.Single() with { How = @"a\u202Eb", Parts = [] }));
        Assert.That(read.Kpis.Single().Parts.Single().Name, Is.EqualTo(@"ward\n"));
        Assert.That(KpiPart.Parse("{}"), Is.Null);
        Assert.That(KpiPart.Parse("[1"), Is.Null);
    }

    [Test]
    public void What_a_daemon_does_not_tell_is_not_known_and_why()
    {
        var report = KpiReport.Of(
            Now.AddDays(-1), Now, Zone, new Dictionary<string, KpiPart>(), daemon => $"{daemon} is not installed here.");
        Assert.That(report.IsEmpty, Is.True);
        Assert.That(report.Counts, Is.EqualTo((0, 0, KpiKinds.All.Count)));
        Assert.That(report.Rows.Select(row => row.Kpi.How), Is.All.EndsWith("is not installed here."));
    }

    [Test]
    public void Names_of_dashboards_do_not_act_in_the_page()
    {
        var part = new KpiPart(1, "grafana-active-users", Now.AddDays(-1), Now, Now,
            [KpiKinds.DashboardLoad with { Value = 1, Unit = "s", Parts = [new KpiPartRow("<script>x</script>", "1 s")] }]);
        var report = KpiReport.Of(Now.AddDays(-1), Now, Zone, new Dictionary<string, KpiPart> { [part.Daemon] = part }, _ => "");
        Assert.That(KpiPage.ToHtml(report, new("Athena", "x", null, null)), Does.Not.Contain("<script>").And.Contain("&lt;script&gt;"));
    }
}
