using Athena.Common.Settings;
using Athena.Common.Telemetry;
using Athena.Common.Tests.Daemon;
using Athena.Tests.Shared;

namespace Athena.Common.Tests.Telemetry;

internal sealed class WatchdogTests
{
    [Test]
    public async Task Pings_at_half_the_interval_while_the_main_loop_beats_and_no_longer()
    {
        var systemd = new HeardStates();
        var time = new ManualTime();
        var heartbeat = new Heartbeat(time);
        using var watchdog = new Watchdog(new SdNotify(systemd), heartbeat, time, new WatchdogSetting(TimeSpan.FromSeconds(60)));

        await watchdog.StartAsync(CancellationToken.None);
        Assert.That(await systemd.NextAsync(), Is.EqualTo("WATCHDOG=1"), "at once");

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await systemd.NextAsync(), Is.EqualTo("WATCHDOG=1"), "after half of the interval");

        heartbeat.Beat();
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await systemd.NextAsync(), Is.EqualTo("WATCHDOG=1"));

        // The loop hangs now. Stopping the watchdog makes sure that it has seen every tick before the count.
        time.Advance(Watchdog.Patience - TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromMinutes(10));
        await watchdog.StopAsync(CancellationToken.None);
        Assert.That(systemd.Count, Is.LessThanOrEqualTo(3), "only while the last beat was young");
        Assert.That(heartbeat.Age, Is.GreaterThan(Watchdog.Patience));
    }

    [TestCase("30000000", null, 30.0)]
    [TestCase("30000000", "4711", 30.0)]
    [TestCase("30000000", "1", null)]
    [TestCase(null, null, null)]
    [TestCase("0", null, null)]
    [TestCase("soon", null, null)]
    public void Counts_only_when_it_is_meant_for_this_process(string? microseconds, string? process, double? seconds) =>
        Assert.That(WatchdogSetting.Parse(microseconds, process, 4711).Interval?.TotalSeconds, Is.EqualTo(seconds));
}
