using System.Text;
using Athena.AutoDisable.Evidence;
using Athena.Common.GrafanaLog.Line;
using Athena.Tests.Shared;

namespace Athena.AutoDisable.Tests.Exposures;

/// <summary>What disabled accounts try is told as a number for all of them together, and is nobody's.</summary>
internal sealed class RefusedTriesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 28, 22, 30, 0, TimeSpan.Zero);

    [TestCase(
        "logger=context userId=0 orgId=0 uname= t=2026-11-28T22:34:36.432863514Z level=info msg=\"Request Completed\" method=GET "
        + "path=/api/user status=401 remote_addr=127.0.0.1 time_ms=13 duration=13.995872ms size=102 referer= handler=/api/user/ "
        + "status_source=server errorReason=Unauthorized errorMessageID=identity.disabled error=\"identity is disabled\"",
        ExpectedResult = 1)]
    [TestCase(
        "logger=context userId=0 orgId=0 uname= t=2026-11-28T22:34:36.579637339Z level=info msg=\"Request Completed\" method=POST "
        + "path=/login status=401 remote_addr=127.0.0.1 time_ms=13 duration=13.504048ms size=75 referer= handler=/login "
        + "status_source=server errorReason=Unauthorized errorMessageID=identity.disabled error=\"identity is disabled\"",
        ExpectedResult = 1)]
    [TestCase(
        "{\"errorMessageID\":\"identity.disabled\",\"level\":\"info\",\"logger\":\"context\",\"method\":\"GET\",\"msg\":\"Request "
        + "Completed\",\"orgId\":0,\"path\":\"/api/user\",\"status\":401,\"t\":\"2026-11-28T22:34:36.43Z\",\"uname\":\"\",\"userId\":0}",
        ExpectedResult = 1)]
    [TestCase(
        "logger=context userId=0 orgId=0 uname= t=2026-11-28T22:34:36.448244768Z level=info msg=\"Request Completed\" method=GET "
        + "path=/d/walk/x status=302 remote_addr=127.0.0.1 time_ms=3 duration=3.584822ms size=56 referer= handler=/d/:uid/:slug "
        + "status_source=server",
        ExpectedResult = 0,
        Description = "a page: it does not say why")]
    [TestCase(
        "logger=context userId=0 orgId=0 uname= t=2026-11-28T22:34:36Z level=info msg=\"Request Completed\" method=POST path=/login "
        + "status=401 errorMessageID=password-auth.failed",
        ExpectedResult = 0)]
    [TestCase(
        "logger=context userId=733 orgId=1 uname=\"x errorMessageID=identity.disabled\" t=2026-11-28T22:34:36Z level=info msg=\"Request "
        + "Completed\" method=GET path=/api/user status=401",
        ExpectedResult = 0,
        Description = "a login is no field")]
    [TestCase(
        "logger=context userId=0 orgId=0 uname= t=2026-11-28T22:34:36Z level=info msg=\"Request Completed\" method=GET path=/x status=404 "
        + "referer=http://h/?errorMessageID=identity.disabled",
        ExpectedResult = 0)]
    [TestCase(
        "logger=context userId=0 t=2026-11-28T22:34:36Z level=warn msg=\"Access denied\" errorMessageID=identity.disabled",
        ExpectedResult = 0)]
    public long Only_a_refusal_of_a_disabled_account_counts(string line)
    {
        var tries = new RefusedTries(new ManualTime(Begin.AddHours(1)));
        tries.OnLine(LogLine.Parse(Encoding.UTF8.GetBytes(line)));
        return tries.Look().Count;
    }

    [Test]
    public void However_many_are_made_in_whatever_order_those_of_a_day_are_counted([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var time = new ManualTime(Begin);
        var tries = new RefusedTries(time);
        List<DateTimeOffset> all = [];
        for (var i = 0; i < 3000; i++)
        {
            if (random.Next(20) == 0) time.Advance(TimeSpan.FromMinutes(random.Next(0, 60)));
            var at = time.GetUtcNow().AddMinutes(-random.Next(0, 90));
            all.Add(at);
            tries.OnLine(Refusal(at));
        }

        var now = time.GetUtcNow();
        var firstHour = (now.UtcTicks / TimeSpan.TicksPerHour) - 23;
        Assert.That(tries.Look().Count, Is.EqualTo(all.Count(at => at.UtcTicks / TimeSpan.TicksPerHour >= firstHour)));
        Assert.That(tries.Look().Since, Is.EqualTo(now.AddDays(-1)).Or.EqualTo(all.Append(Begin).Min()));
        time.Advance(TimeSpan.FromDays(2));
        Assert.That(tries.Look().Count, Is.Zero, "and are forgotten");
    }

    [Test]
    public void A_line_of_another_year_or_of_a_time_to_come_does_no_harm()
    {
        var tries = new RefusedTries(new ManualTime(Begin));
        foreach (var at in (DateTimeOffset[])[Begin.AddYears(-20), Begin.AddYears(20), DateTimeOffset.UnixEpoch, Begin])
            tries.OnLine(Refusal(at));
        Assert.That(tries.Look().Count, Is.EqualTo(2), "what is to come counts as now");
    }

    [Test]
    public void It_is_said_of_all_of_them_together() => Assert.Multiple(() =>
    {
        Assert.That(new RefusedCount(2, Begin).Sentence("noon"), Is.EqualTo(
            "2 requests of disabled accounts were refused since noon; Grafana's log does not say whose they were."));
        Assert.That(new RefusedCount(1, Begin).Sentence("noon"), Does.StartWith("1 request of disabled accounts was refused"));
        Assert.That(new RefusedCount(0, Begin).Sentence("noon"), Is.Null);
    });

    private static LogLine Refusal(DateTimeOffset at) => LogLine.Parse(Encoding.UTF8.GetBytes(
        $"logger=context userId=0 orgId=0 uname= t={at:yyyy-MM-dd'T'HH:mm:ss'Z'} level=info msg=\"Request Completed\" method=GET "
        + "path=/api/user status=401 remote_addr=203.0.113.9 time_ms=1 duration=1ms size=1 referer= handler=/x status_source=server "
        + "errorReason=Unauthorized errorMessageID=identity.disabled error=\"identity is disabled\""));
}
