using System.Globalization;
using Athena.AutoDisable.CommandLine;
using Athena.Common.Kpis;
using Athena.Common.State.Audit;
using Athena.Common.Time;

namespace Athena.AutoDisable.Tests;

/// <summary>What the audit tells of new accounts, as key figures.</summary>
internal sealed class LockKpisTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Window November = new(Begin, Begin.AddDays(30));
    private static readonly AuditVerification Whole = new(9, 1, AuditAnchor.Beginning, [], []);

    private int seq;

    [SetUp]
    public void Begins() => seq = 0;

    [Test]
    public void Who_was_locked_needed_an_approval_and_what_they_were_answered_is_counted()
    {
        var kpis = Of(
            Record("intent", "a", "to be locked"), Record("locked", "a"), Exposure("a", requests: 5, refused: 3),
            Record("intent", "b", "to be locked"), Record("locked", "b"), Exposure("b", requests: 0, refused: 0));
        Assert.That((kpis[0].Value, kpis[0].IsMet), Is.EqualTo((100.0, true)));
        Assert.That((kpis[1].Value, kpis[1].IsMet, kpis[1].KnownWords()), Is.EqualTo((2.0, false, "2 of 2 accounts known")));
        Assert.That((kpis[2].Value, kpis[2].IsMet), Is.EqualTo((0.0, true)));
    }

    [Test]
    public void Who_could_not_be_locked_came_in_without_one() => Assert.That(
        Of(Record("intent", "a", "to be locked"), Record("lock-failed", "a"))[0],
        Has.Property("IsMet").False.And.Property("Value").Zero);

    [Test]
    public void What_could_not_be_seen_of_somebody_and_facts_that_are_no_longer_kept_are_not_known()
    {
        var kpi = Of(
            Record("intent", "a", "to be locked"), Record("locked", "a"), Exposure("a", 0, 0, unseen: "RouterLoggingOff"),
            Record("intent", "b", "to be locked"), Record("locked", "b"), Record("exposure", "b"),
            Record("intent", "c", "to be locked"), Record("locked", "c"), Exposure("c", 0, 0))[1];
        Assert.That((kpi.IsMet, kpi.ValueWords(), kpi.KnownWords()), Is.EqualTo(
            ((bool?)null, "none in what is known", "1 of 3 accounts known")));
    }

    [Test]
    public void Drills_accounts_that_were_known_and_those_of_before_are_no_new_accounts()
    {
        var kpis = Of(
            Record("admitted", "old"), Record("intent", "old", "to be locked"), Record("locked", "old"),
            Record("intent", "drill", "to be locked"), Record("drill-passed", "drill"),
            Record("intent", "before", "to be locked", at: Begin.AddDays(-1)), Record("intent", "before", "to be locked"));
        Assert.That((kpis[0].Value, kpis[0].IsMet), Is.EqualTo(((double?)null, true)), "nobody came while the daemon was at work");
        Assert.That(kpis[0].How, Does.StartWith("No new account came"));
    }

    [Test]
    public void Nobody_came_is_not_known_of_a_month_in_which_the_daemon_stood_still()
    {
        Assert.That(
            LockKpis.Of([], Whole, November, worked: 0).Select(kpi => (kpi.Value, kpi.IsMet)),
            Is.All.EqualTo(((double?)null, (bool?)null)));
        Assert.That(LockKpis.Of([], Whole, November, worked: 43_200).Select(kpi => kpi.IsMet), Is.All.True);
    }

    [Test]
    public void A_gap_of_the_log_and_a_mail_that_was_given_up_are_data_lost() => Assert.That(
        Of(Record("log-gap", "log"), Record("mail", "mail", "given up"))[2],
        Has.Property("Value").EqualTo(2).And.Property("IsMet").False);

    private static IReadOnlyList<Kpi> Of(params AuditRecord[] audit) =>
        LockKpis.Of(audit, Whole, November, (long)November.Length.TotalMinutes);

    private AuditRecord Exposure(string account, int requests, int refused, string unseen = "") => Record("exposure", account) with
    {
        Facts = new Dictionary<string, string>
        {
            ["requests"] = requests.ToString(CultureInfo.InvariantCulture),
            ["refused"] = refused.ToString(CultureInfo.InvariantCulture),
            ["unseen"] = unseen,
        },
    };

    private AuditRecord Record(string name, string account, string verdict = "", DateTimeOffset? at = null) => new(
        ++seq, (at ?? Begin.AddDays(3)).ToString("O", CultureInfo.InvariantCulture), name, account, verdict, null, null, "", "", "");
}
