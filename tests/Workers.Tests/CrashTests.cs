using Athena.Common.Notify.Documents;
using Athena.Common.Settings;
using Athena.Common.Time;
using Athena.Tests.Shared;
using Athena.Workers.Failures;

namespace Athena.Workers.Tests;

/// <summary>What our people are told of a daemon that fails again and again, from the notes of <c>packaging/deb/crash-watch</c>.</summary>
internal sealed class CrashTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly ZoneText Clock = ZoneSetting.Text(new SettingsSource(new Dictionary<string, string>()));

    private static readonly Brand Brand = FailureSettings.Read(new SettingsSource(new Dictionary<string, string>())).Brand;

    [Test]
    public void The_mail_says_what_is_true_meanwhile_how_often_it_failed_and_what_to_do()
    {
        var mail = CrashMail.WriteCrashing(
            Series("2026-11-20T11:58:00Z exit-code 1", "2026-11-20T11:59:00Z core-dump SEGV"), ["ops@example.org"], Brand);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("ACTION NEEDED: grafana-auto-disable on athena-1 fails again and again"));
            Assert.That(mail.IsUrgent, Is.True);
            Assert.That(mail.Text, Does.Contain("inside until then").And.Contain("It failed 2 times")
                .And.Contain("systemd says: core-dump, SEGV."));
            Assert.That(mail.Text, Does.Contain("2026-11-20 13:58:00 SAST").And.Contain("2026-11-20 13:59:00 SAST"));
            Assert.That(
                mail.Text, Does.Contain("sudo journalctl -x -u grafana-auto-disable -n 50").And.Contain("sudo grafana-auto-disable check"));
        });
    }

    [Test]
    public void That_it_holds_again_is_no_call_to_action()
    {
        var mail = CrashMail.WriteHolding(Series("2026-11-20T11:58:00Z watchdog ABRT"), ["ops@example.org"], Brand);
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("Over: grafana-auto-disable on athena-1 holds again"));
            Assert.That(mail.IsUrgent, Is.False);
            Assert.That(mail.Text, Does.Contain("Nothing is to be done").And.Contain("(watchdog)"));
        });
    }

    [Test]
    public void A_line_that_is_no_note_counts_as_a_failure()
    {
        var series = Series("", "half a li", "2026-11-20T11:59:00Z exit-code 1");
        Assert.Multiple(() =>
        {
            Assert.That(series.Failures, Has.Count.EqualTo(3));
            Assert.That(CrashMail.WriteCrashing(series, ["ops@example.org"], Brand).Text, Does.Contain("It failed 3 times")
                .And.Contain("It ended with exit code 1."));
        });
    }

    [Test]
    public void Each_attempt_to_tell_of_one_series_is_the_same_mail()
    {
        var series = Series("2026-11-20T11:58:00Z exit-code 1", "2026-11-20T11:59:00Z exit-code 1");
        var later = Series("2026-11-20T11:58:00Z exit-code 1", "2026-11-20T11:59:00Z exit-code 1", "2026-11-20T12:00:00Z exit-code 1") with
        {
            At = Noon.AddMinutes(3),
        };
        Assert.That(CrashMail.WriteCrashing(later, ["ops@example.org"], Brand).Key, Is.EqualTo(
            CrashMail.WriteCrashing(series, ["ops@example.org"], Brand).Key));
        Assert.That(CrashMail.WriteHolding(later, ["ops@example.org"], Brand).Key, Is.EqualTo(
            CrashMail.WriteHolding(series, ["ops@example.org"], Brand).Key));
    }

    [Test]
    public void Notes_that_are_gone_keep_nobody_from_being_told()
    {
        var series = CrashSeries.Read(
            "grafana-compliance", "athena-1", Path.Combine(TestContext.CurrentContext.WorkDirectory, "no such file"), Noon);
        Assert.That(CrashMail.WriteCrashing(series, ["ops@example.org"], Brand).Text, Does.Contain("It failed several times")
            .And.Contain("The journal tells why."));
    }

    [Test]
    public void The_script_and_the_program_agree_from_when_on_it_is_told() =>
        Assert.That(File.ReadAllText(Repository.PathOf("packaging/deb/crash-watch")), Does.Contain($"= {CrashSeries.Enough} ]"));

    private static CrashSeries Series(params string[] lines)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, lines);
            return CrashSeries.Read("grafana-auto-disable", "athena-1", path, Noon) with { Clock = Clock };
        }
        finally
        {
            File.Delete(path);
        }
    }
}
