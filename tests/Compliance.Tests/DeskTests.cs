using Athena.Common.Notify;
using Athena.Common.Notify.Delivery;
using Athena.Common.State;
using Athena.Common.State.Audit;
using Athena.Compliance.Hourly;
using Athena.Compliance.Notify;
using Athena.Compliance.State;
using Athena.Compliance.Summaries;
using Athena.Compliance.Telemetry;
using Athena.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;

namespace Athena.Compliance.Tests;

/// <summary>The mails that come beside the reports: each once.</summary>
internal sealed class DeskTests
{
    private static readonly DateTimeOffset Friday = new(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(2));

    private readonly List<Notification> mails = [];
    private ComplianceState state = new();

    [SetUp]
    public void NothingWasSent()
    {
        mails.Clear();
        state = new ComplianceState { Since = Friday.AddDays(-30) };
    }

    [Test]
    public void A_summary_comes_once_when_its_week_is_over_and_none_for_the_time_before_the_first_start()
    {
        var time = new ManualTime(Friday);
        var desk = SummaryDesk(time, "weekly");
        Assert.That((desk.Step(), desk.Step(), mails.Count), Is.EqualTo((true, false, 0)), "the week goes on");

        time.Advance(new DateTimeOffset(2026, 11, 23, 1, 0, 0, TimeSpan.FromHours(2)) - time.GetUtcNow());
        Assert.That(
            (desk.Step(), desk.Step(), SummaryDesk(time, "weekly").Step()), Is.EqualTo((true, false, false)), "once, also after a restart");
        Assert.That(mails.Single().Subject, Is.EqualTo("Athena compliance: summary, 16–22 November 2026"));
        Assert.That(mails[0].Recipients, Is.EqualTo(new[] { "board@first2lead.example" }));
        Assert.That(mails[0].Text, Does.Match(@"Fri 20 +! +! +! +U( +!){9}"), "one decision in the audit, the others have no record");
    }

    [Test]
    public void Of_the_summaries_that_were_missed_the_last_comes()
    {
        var time = new ManualTime(Friday);
        SummaryDesk(time, "daily").Step();
        time.Advance(Friday.AddDays(5) - time.GetUtcNow());
        Assert.That(SummaryDesk(time, "daily").Step(), Is.True);
        Assert.That(mails.Single().Subject, Does.EndWith("summary, 24 November 2026"));
    }

    [Test]
    public void None_is_sent_when_none_is_wanted()
    {
        var time = new ManualTime(Friday);
        var desk = SummaryDesk(time, "no");
        time.Advance(Friday.AddDays(40) - time.GetUtcNow());
        Assert.That((desk.Step(), mails.Count), Is.EqualTo((false, 0)));
    }

    [Test]
    public void A_warning_is_mailed_once_until_it_was_mended()
    {
        var audit = new List<string>();
        var desk = SetupDesk(audit);
        const string Warning = "User id 7 (other) is a server admin in Grafana and not in ADMIN_USER_IDS.";
        Assert.Multiple(() =>
        {
            Assert.That(desk.Take([Warning], Friday), Is.True);
            Assert.That(desk.Take([Warning], Friday.AddHours(1)), Is.False);
            Assert.That(desk.Take([], Friday.AddHours(2)), Is.True);
            Assert.That(desk.Take([Warning], Friday.AddDays(1)), Is.True);
            Assert.That(
                mails.Where(mail => mail.Recipients.Count > 0).Select(mail => mail.Key), Is.Unique.And.Exactly(2).Items,
                "programs alone are told that it was mended");
            Assert.That(mails.SelectMany(mail => mail.Recipients), Is.All.EqualTo("ops@example.org"));
            Assert.That(audit, Is.EqualTo(new[] { "setup-warning", "setup-mended", "setup-warning" }));
        });
    }

    /// <summary>A host whose settings are old has many at its first hour, and each is one more to the next.</summary>
    [Test]
    public void However_many_are_found_at_once_are_one_mail_that_names_each_of_them([Values(2, 3, 40)] int count)
    {
        var audit = new List<string>();
        var desk = SetupDesk(audit);
        List<string> found =
        [
            .. Enumerable.Range(1, count).Select(id => $"ADMIN_USER_IDS has {id}<b>, but Grafana has no user with that id."),
        ];
        desk.Take(found, Friday);
        desk.Take([.. found, "One more."], Friday.AddHours(1));
        Assert.Multiple(() =>
        {
            Assert.That(mails, Has.Count.EqualTo(2));
            foreach (var warning in found.Take(25)) Assert.That(Flat(mails[0]), Does.Contain(warning));
            Assert.That(Flat(mails[0]), Does.Contain($"{count} things are to be put right"));
            Assert.That(Flat(mails[0]).Contains($"The first 25 of {count} are shown.", StringComparison.Ordinal), Is.EqualTo(count > 25));
            Assert.That(Flat(mails[1]), Does.Contain("One more.").And.Not.Contain("ADMIN_USER_IDS"), "the rest was told");
            Assert.That(audit, Has.Count.EqualTo(count + 1).And.All.EqualTo("setup-warning"), "each is in the audit by itself");
            Assert.That(desk.Take([.. found, "One more."], Friday.AddDays(1)), Is.False);
        });
    }

    private static string Flat(Notification mail) => string.Join(
        ' ', mail.Text.Replace("\u200b", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private SetupNotifier SetupDesk(List<string> audit)
    {
        var log = new Mock<IAuditLog>();
        log.Setup(l => l.Append(It.IsAny<AuditEntry>())).Callback((AuditEntry entry) => audit.Add(entry.Event));
        var settings = Settings("no");
        return new SetupNotifier(
            state, Outbox(), settings.Report, new EventRecorder(log.Object, settings.Report.Zone, NullLogger<EventRecorder>.Instance));
    }

    private SummaryNotifier SummaryDesk(TimeProvider time, string period)
    {
        AuditRecord[] audit = [new(1, "", HourProcessor.DecidedEvent, "AC-20261120T0700Z", "in-use", null, null, "", "", "")];
        return new SummaryNotifier(state, Outbox(), () => audit, () => null, Settings(period), time);
    }

    private static ComplianceSettings Settings(string period)
    {
        ConfigurationTests.Read(
            new Dictionary<string, string?>(ConfigurationTests.Needed)
            {
                ["SUMMARY"] = period,
                ["SUMMARY_TO"] = "board@first2lead.example",
            },
            out var settings);
        return settings;
    }

    private IOutbox Outbox()
    {
        var outbox = new Mock<IOutbox>();
        outbox.Setup(o => o.Put(It.IsAny<Notification>())).Callback((Notification mail) => mails.Add(mail));
        return outbox.Object;
    }
}
