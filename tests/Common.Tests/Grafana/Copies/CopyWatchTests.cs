using System.Text;
using Athena.Common.Grafana.Copies;
using Athena.Common.GrafanaLog.Line;
using Athena.Common.Time;

namespace Athena.Common.Tests.Grafana.Copies;

internal sealed class CopyWatchTests
{
    private const string Own = "00aa11bb22cc";
    private const string Other = "ffee00112233";

    private static readonly ZoneText Johannesburg = new(TimeZoneInfo.FindSystemTimeZoneById("Africa/Johannesburg"));

    [Test]
    public void Two_installations_that_work_at_the_same_time_are_two_copies()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Own);
        var whose = Take(watch, 20, Other, "192.0.2.7");
        Take(watch, 30, Other, "192.0.2.7");
        Assert.Multiple(() =>
        {
            Assert.That(whose, Is.EqualTo(LineOwner.OtherCopy));
            Assert.That(watch.Found, Is.EqualTo(new OtherCopy(Other, "192.0.2.7", At(20), At(30), 2)));
            Assert.That(watch.Found!.Sentence("grafana-auto-disable", Johannesburg), Does.Contain(Other).And.Contain("192.0.2.7")
                .And.Contain("2026-11-28 08:00:20 SAST").And.Contain("2026-11-28 08:00:30 SAST"));
        });
    }

    [Test]
    public void A_copy_of_version_0_1_0_names_no_installation_and_is_one_all_the_same()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Own);
        Assert.That((Take(watch, 20, null), watch.Found?.Name), Is.EqualTo((LineOwner.OtherCopy, "an installation of version 0.1.0")));
    }

    [Test]
    public void What_this_host_did_before_its_upgrade_is_no_copy()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, null);
        Take(watch, 10, Own);
        Take(watch, 20, Own);
        Assert.That(watch.Found, Is.Null);
    }

    [Test]
    public void The_host_that_we_replace_is_no_copy_if_it_has_stopped()
    {
        var watch = new CopyWatch("auto-disable", Own);
        for (var second = 0; second < 60; second += 5) Take(watch, second, Other);
        for (var second = 60; second < 120; second += 5) Take(watch, second, Own);
        Assert.That(watch.Found, Is.Null);
    }

    /// <summary>After a restore into an empty directory this host has another id than before, and reads again what it did itself.</summary>
    [Test]
    public void What_worked_before_our_own_first_request_is_called_an_earlier_installation_and_what_works_beside_us_another_copy()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Other);
        Assert.That((watch.OtherName, watch.Found), Is.EqualTo(
            ("an earlier installation of this daemon (installation ffee00112233)", (OtherCopy?)null)));
        Take(watch, 1, Own);
        Take(watch, 2, Other);
        Assert.That(watch.OtherName, Is.EqualTo("another copy of this daemon (installation ffee00112233)"));
    }

    /// <summary>
    /// A copy of the state was put back by hand: this host has the id of then again, and reads again what it did under both.
    /// </summary>
    [Test]
    public void What_this_host_did_under_another_id_before_its_start_is_no_copy_and_what_works_beside_it_from_then_on_is_one()
    {
        var watch = new CopyWatch("auto-disable", Own, since: At(60));
        Take(watch, 0, Own);
        Take(watch, 20, Other);
        Take(watch, 40, Other);
        Take(watch, 61, Own);
        Assert.That(watch.Found, Is.Null);
        Take(watch, 62, Other);
        Assert.That(watch.Found?.FirstAt, Is.EqualTo(At(62)));
    }

    [Test]
    public void One_that_was_seen_longer_than_five_minutes_from_us_is_none()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Own);
        Take(watch, 301, Other);
        Assert.That(watch.Found, Is.Null);
        Take(watch, 302, Own);
        Take(watch, 303, Other);
        Assert.That(watch.Found, Is.Not.Null);
    }

    [TestCase("compliance/" + Other, LineOwner.Nobody, Description = "another daemon")]
    [TestCase("auto-disable-x/" + Other, LineOwner.Nobody)]
    [TestCase("auto-disable/command", LineOwner.Ourselves, Description = "a command that may not read the id")]
    [TestCase("auto-disable/" + Other + "/x", LineOwner.Nobody)]
    [TestCase("auto-disable/" + Other + "?x=1", LineOwner.Nobody)]
    public void Others_are_not_taken_for_a_copy(string end, LineOwner whose)
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Own);
        Assert.That(
            (TakeReferer(watch, 1, "http://127.0.0.1:3000/athena-workers/" + end), watch.Found), Is.EqualTo((whose, (OtherCopy?)null)));
    }

    [Test]
    public void The_spelling_of_the_host_and_a_sub_path_do_not_matter()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Own);
        Assert.That(
            TakeReferer(watch, 1, "https://grafana.example.org/grafana/athena-workers/auto-disable/" + Other),
            Is.EqualTo(LineOwner.OtherCopy));
    }

    [Test]
    public void What_somebody_types_who_has_our_account_is_shown_and_short()
    {
        var watch = new CopyWatch("auto-disable", Own);
        Take(watch, 0, Own);
        TakeReferer(watch, 1, "\"http://x/athena-workers/auto-disable/\\u001b]52;c;" + new string('x', 5000) + "\"");
        Assert.That(watch.Found!.Installation, Does.StartWith("\\u001B]52;c;x").And.Length.LessThan(60));
    }

    private static DateTimeOffset At(int second) => new DateTimeOffset(2026, 11, 28, 6, 0, 0, TimeSpan.Zero).AddSeconds(second);

    private static LineOwner Take(CopyWatch watch, int second, string? installation, string address = "127.0.0.1") =>
        TakeReferer(
            watch, second, "http://127.0.0.1:3000/athena-workers/auto-disable" + (installation is null ? "" : "/" + installation), address);

    private static LineOwner TakeReferer(CopyWatch watch, int second, string referer, string address = "127.0.0.1") => watch.Take(
        LogLine.Parse(Encoding.UTF8.GetBytes(
            $"logger=context userId=9 orgId=1 uname=athena t={At(second):yyyy-MM-dd'T'HH:mm:ss'Z'} level=info msg=\"Request Completed\" "
            + "method=GET path=/api/users status=200 " +
            $"remote_addr={address} time_ms=1 duration=1ms size=1 referer={referer} handler=/api/users status_source=server")));
}
